/* Extends the page tables of boot/start.asm: SDM vol. 3A 4.5 "IA-32e Paging". */
#include "arch/x86_64/paging.h"

#include "arch/x86_64/boot.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/mtrr.h"
#include "arch/x86_64/registers.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/memory.h"
#include "kernel/lib/string.h"

#define LARGE_PAGE         (2ull << 20) /* also what a page table reaches */
#define DIRECTORY_REACH    (1ull << 30)
#define DIRECT_MAP_BITS    46
#define LEAF_EXTENDED      0x80000000
#define LEAF_ADDRESS_SIZES 0x80000008

enum { ENTRIES = 512, SPARE_TABLES = 32, TABLES_FOR_FIRMWARE = 16, ADDRESS_BITS_WITHOUT_LEAF = 36 };

/*
 * The page tables of the direct map are static, because mapping a page of free memory may itself
 * need a table. A table reaches one GiB of physical memory, or 2 MiB that need small pages. The
 * tables for the CPUs' stacks are many, so they come from free memory, which is in the direct map
 * by then. Firmware may give wrong addresses for its tables: mapping them may use at most half of
 * the static tables.
 */
static uint64_t spare_tables[SPARE_TABLES][ENTRIES] __attribute__((aligned(4096)));
static unsigned spare_tables_used;

static uint64_t phys_of(const void *in_image)
{
	return (uint64_t)in_image - KERNEL_BASE + boot_image_phys;
}

/* Returns the address of a page table, which is in the image or in the direct map. */
static uint64_t *table_at(uint64_t phys)
{
	uint64_t in_image = phys - boot_image_phys;

	if (in_image < (uint64_t)(image_end - image_start))
		return (uint64_t *)(KERNEL_BASE + in_image);
	return (uint64_t *)(DIRECT_MAP + phys);
}

/*
 * Returns the table that an entry refers to, or a new one from take() if it refers to none. Returns
 * NULL if take() fails. Upper levels allow writes: the last level alone decides about access.
 */
static uint64_t *table_below(uint64_t *entry, uint64_t (*take)(void))
{
	if (!(*entry & PAGE_PRESENT)) {
		uint64_t phys = take();

		if (phys == 0)
			return NULL;
		*entry = phys | PAGE_PRESENT | PAGE_WRITABLE;
	}
	return table_at(*entry & PAGE_ADDRESS);
}

static uint64_t take_spare_table(void)
{
	return spare_tables_used < SPARE_TABLES ? phys_of(spare_tables[spare_tables_used++]) : 0;
}

static uint64_t take_table(void)
{
	uint64_t phys = memory_take(1);
	uint64_t *table = phys != 0 ? arch_map(phys, PAGE_SIZE) : NULL;

	if (table == NULL)
		return 0;
	memset(table, 0, PAGE_SIZE);
	return phys;
}

static unsigned index_of(uint64_t address, unsigned level)
{
	return address >> (12 + 9 * level) & (ENTRIES - 1);
}

/*
 * A table that was found last, and an address that it maps: most calls are for its neighbours, and
 * no table ever moves.
 */
struct found_table {
	uint64_t *table;
	uint64_t address;
};

static bool has_table(const struct found_table *last, uint64_t address, uint64_t reach)
{
	return last->table != NULL && (last->address ^ address) < reach;
}

/* Not inlined, like find_page_table(): they run rarely. */
static __attribute__((noinline)) uint64_t *find_directory(uint64_t address)
{
	uint64_t *table = boot_pml4;

	for (unsigned level = 3; level > 1 && table != NULL; level--)
		table = table_below(&table[index_of(address, level)], take_spare_table);
	return table;
}

/* Returns the page-directory entry for an address, NULL if the static tables are used up. */
static uint64_t *directory_entry(uint64_t address)
{
	static struct found_table last;

	if (!has_table(&last, address, DIRECTORY_REACH))
		last = (struct found_table){find_directory(address), address};
	return last.table != NULL ? &last.table[index_of(address, 1)] : NULL;
}

/* Maps the pages of a block that lie from phys to end. */
static bool map_small(uint64_t *entry, uint64_t phys, uint64_t end, uint64_t flags)
{
	uint64_t *table = table_below(entry, take_spare_table);

	for (uint64_t at = phys & ~(PAGE_SIZE - 1ull); table != NULL && at < end; at += PAGE_SIZE) {
		uint64_t *page = &table[index_of(at, 0)];

		if (!(*page & PAGE_PRESENT))
			*page = at | PAGE_PRESENT | PAGE_WRITABLE | flags | boot_no_execute;
	}
	return table != NULL;
}

/*
 * Maps a block of 2 MiB in the direct map, from phys to end at least: by a large page, unless its
 * memory types differ, where a large page is undefined (SDM vol. 3A 11.11.9 "Large Page Size
 * Considerations"). A mapping from before keeps its memory type: two types for the same memory
 * would be undefined, too.
 */
static bool map_block(uint64_t phys, uint64_t end, uint64_t flags)
{
	uint64_t block = phys & ~(LARGE_PAGE - 1);
	uint64_t *entry = directory_entry(DIRECT_MAP + block);

	if (entry == NULL)
		return false;
	if (*entry & PAGE_LARGE)
		return true;
	if (*entry & PAGE_PRESENT || mtrr_split(block, LARGE_PAGE))
		return map_small(entry, phys, end, flags);
	*entry = block | PAGE_PRESENT | PAGE_WRITABLE | PAGE_LARGE | flags | boot_no_execute;
	return true;
}

/* MAXPHYADDR is in leaf 80000008H: SDM vol. 2A CPUID "CPU Identification" */
uint64_t arch_map_end(void)
{
	static uint64_t end;

	if (end == 0) {
		bool has_leaf = cpuid(LEAF_EXTENDED, 0).eax >= LEAF_ADDRESS_SIZES;
		unsigned bits = has_leaf ? cpuid(LEAF_ADDRESS_SIZES, 0).eax & 0xFF
		                         : ADDRESS_BITS_WITHOUT_LEAF;

		end = bits < DIRECT_MAP_BITS ? 1ull << bits : 1ull << DIRECT_MAP_BITS;
	}
	return end;
}

static void *map_direct(uint64_t phys, uint64_t size, uint64_t flags)
{
	uint64_t end = phys + size;

	if (size == 0 || end < phys || end > arch_map_end())
		return NULL;
	for (uint64_t at = phys, next; at < end; at = next) {
		next = (at & ~(LARGE_PAGE - 1)) + LARGE_PAGE;
		if (!map_block(at, end < next ? end : next, flags))
			return NULL;
	}
	return (void *)(DIRECT_MAP + phys);
}

void *arch_map(uint64_t phys, uint64_t size)
{
	return map_direct(phys, size, 0);
}

void *arch_map_firmware(uint64_t phys, uint64_t size)
{
	return spare_tables_used < TABLES_FOR_FIRMWARE ? arch_map(phys, size) : NULL;
}

uint64_t arch_mapped_phys(const void *mapped)
{
	return (uint64_t)mapped - DIRECT_MAP;
}

/* PCD and PWT both set select PAT entry 3, which is uncached after reset on every CPU. */
void *paging_map_device(uint64_t phys, uint64_t size)
{
	return map_direct(phys, size, PAGE_CACHE_DISABLE | PAGE_WRITE_THROUGH);
}

/* PCD alone selects PAT entry 2, which devices/vga.c sets to write combining. */
void *paging_map_display(uint64_t phys, uint64_t size)
{
	return map_direct(phys, size, PAGE_CACHE_DISABLE);
}

static __attribute__((noinline)) uint64_t *find_page_table(uint64_t address)
{
	uint64_t *entry = directory_entry(address);

	return entry != NULL ? table_below(entry, take_table) : NULL;
}

bool paging_map(uint64_t address, uint64_t phys, uint64_t flags, bool executable)
{
	static struct found_table last;

	if (!has_table(&last, address, LARGE_PAGE))
		last = (struct found_table){find_page_table(address), address};
	if (last.table == NULL)
		return false;
	last.table[index_of(address, 0)] =
		phys | PAGE_PRESENT | flags | (executable ? 0 : boot_no_execute);
	return true;
}

uint64_t paging_root_phys(void)
{
	return phys_of(boot_pml4);
}
