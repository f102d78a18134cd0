/*
 * The guests' memory: one page of code, page tables for them, and the EPT tables that give them
 * nothing else. All CPUs share them; what differs by CPU is one EPT entry, which is that CPU's
 * alone.
 */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest.h"
#include "kernel/arch.h"
#include "kernel/memory.h"
#include "kernel/string.h"

enum { LEVELS = 4, ENTRIES = 512, INT3 = 0xCC };

#define LARGE_PAGE (2ull << 20)

/* SDM vol. 3C 28.2.2 "EPT Translation Mechanism" */
#define EPT_READ       BIT(0)
#define EPT_EXECUTE    BIT(2)
#define EPT_ALL        7ull
#define EPT_WRITE_BACK (6ull << 3)

/* Nobody has to write to the page tables, for what the CPU would mark in them is marked already. */
#define TABLE_FLAGS (PAGE_PRESENT | PAGE_WRITABLE | PAGE_ACCESSED)
#define PAGE_FLAGS  (PAGE_PRESENT | PAGE_ACCESSED)

/* The pages, in order; those for the trial entries come behind. */
enum {
	CODE,
	WITH_EPT,                        /* page tables whose addresses EPT translates */
	WITHOUT_EPT = WITH_EPT + LEVELS, /* page tables whose addresses are the machine's */
	EPT = WITHOUT_EPT + LEVELS,
	TRIALS = EPT + LEVELS,
};

static uint64_t memory_phys;
static uint64_t *memory_at;

static uint64_t phys_of(unsigned page)
{
	return memory_phys + (uint64_t)page * PAGE_SIZE;
}

static uint64_t *table_at(unsigned page)
{
	return memory_at + (size_t)page * ENTRIES;
}

/* Links the four tables from page on, which the CPU will find at address: each one's entry 0. */
static void link_tables(unsigned page, uint64_t address, uint64_t flags)
{
	for (unsigned level = 1; level < LEVELS; level++)
		table_at(page + level - 1)[0] = (address + level * PAGE_SIZE) | flags;
}

/* SDM vol. 3A 4.5 "IA-32e Paging" */
static void fill_page_tables(void)
{
	link_tables(WITH_EPT, GUEST_TABLES, TABLE_FLAGS);
	table_at(WITH_EPT + 3)[GUEST_CODE / PAGE_SIZE] = GUEST_CODE | PAGE_FLAGS;
	for (uint64_t i = GUEST_TRIAL / LARGE_PAGE; i < ENTRIES; i++)
		table_at(WITH_EPT + 2)[i] = i * LARGE_PAGE | PAGE_FLAGS | PAGE_LARGE;
	link_tables(WITHOUT_EPT, phys_of(WITHOUT_EPT), TABLE_FLAGS);
	table_at(WITHOUT_EPT + 3)[GUEST_CODE / PAGE_SIZE] = phys_of(CODE) | PAGE_FLAGS;
}

static void fill_ept_tables(unsigned trials)
{
	uint64_t *pages = table_at(EPT + 3);

	link_tables(EPT, phys_of(EPT), EPT_ALL);
	pages[GUEST_CODE / PAGE_SIZE] = phys_of(CODE) | EPT_READ | EPT_EXECUTE | EPT_WRITE_BACK;
	for (unsigned i = 0; i < LEVELS; i++)
		pages[GUEST_TABLES / PAGE_SIZE + i] =
			phys_of(WITH_EPT + i) | EPT_READ | EPT_WRITE_BACK;
	for (unsigned i = 0; i < trials; i++)
		table_at(EPT + 2)[GUEST_TRIAL / LARGE_PAGE + i] = phys_of(TRIALS + i) | EPT_ALL;
}

bool guest_memory_take(uint32_t cpus)
{
	unsigned trials = (cpus + ENTRIES - 1) / ENTRIES;
	uint64_t size = (uint64_t)(TRIALS + trials) * PAGE_SIZE;

	if (memory_phys != 0)
		return true;
	memory_phys = memory_take(TRIALS + trials);
	memory_at = memory_phys != 0 ? arch_map(memory_phys, size) : NULL;
	if (memory_at == NULL)
		return false;
	memset(memory_at, 0, size);
	memset(table_at(CODE), INT3, PAGE_SIZE);
	memcpy(table_at(CODE), guest_code, (size_t)(guest_code_end - guest_code));
	fill_page_tables();
	fill_ept_tables(trials);
	return true;
}

uint64_t guest_memory_cr3(bool ept)
{
	return ept ? GUEST_TABLES : phys_of(WITHOUT_EPT);
}

uint64_t guest_memory_ept_root(void)
{
	return phys_of(EPT);
}

uint64_t guest_memory_trial(uint32_t cpu)
{
	return GUEST_TRIAL + (uint64_t)cpu * PAGE_SIZE;
}

/* The code page is there, and readable, a second time. */
void guest_memory_map_trial(uint32_t cpu)
{
	table_at(TRIALS)[cpu] = phys_of(CODE) | EPT_READ | EPT_WRITE_BACK;
}

void guest_memory_unmap_trial(uint32_t cpu)
{
	table_at(TRIALS)[cpu] = 0;
}
