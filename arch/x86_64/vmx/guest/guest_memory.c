/*
 * The guests' memory: a page of code, page tables, and EPT tables. Without EPT the page tables, and
 * with EPT the EPT tables, map only these pages, read-only, so no guest can reach the kernel's
 * memory. All CPUs share them, because a guest writes nothing. The exception is the EPT entry of a
 * CPU's trial page, which only that CPU's host code changes.
 */
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/guest.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/memory.h"
#include "kernel/lib/string.h"

#include <stdatomic.h>

enum { LEVELS = 4, ENTRIES = 512, INT3 = 0xCC };

#define LARGE_PAGE (2ull << 20)

/*
 * The accessed flags are set in advance. Otherwise the CPU would write them during the page walk,
 * and with EPT that write to a read-only page would be an EPT violation.
 */
#define TABLE_FLAGS (PAGE_PRESENT | PAGE_WRITABLE | PAGE_ACCESSED)
#define PAGE_FLAGS  (PAGE_PRESENT | PAGE_ACCESSED)
#define EPT_TABLE   (EPT_READ | EPT_WRITE | EPT_EXECUTE)
#define EPT_PAGE    (EPT_READ | EPT_WRITE_BACK)

/* The tables of each set are in the order in which the CPU walks them. */
struct pages {
	uint8_t code[PAGE_SIZE];
	uint64_t with_ept[LEVELS][ENTRIES];    /* page tables with guest-physical addresses */
	uint64_t without_ept[LEVELS][ENTRIES]; /* page tables with physical addresses */
	uint64_t ept[LEVELS][ENTRIES];
	uint64_t trials[]; /* EPT page tables: an entry per CPU */
};

static struct pages *pages;
static uint64_t pages_phys;
static unsigned trial_pages;
static _Atomic bool filled;

static uint64_t guest_phys_of(const void *page)
{
	return pages_phys + ((uint64_t)page - (uint64_t)pages);
}

/*
 * Links the tables: entry 0 of each refers to the next. address is where the CPU sees the first
 * one.
 */
static void link_tables(uint64_t tables[LEVELS][ENTRIES], uint64_t address, uint64_t flags)
{
	for (unsigned level = 1; level < LEVELS; level++)
		tables[level - 1][0] = (address + level * PAGE_SIZE) | flags;
}

/* SDM vol. 3A 4.5 "IA-32e Paging" */
static void fill_page_tables(void)
{
	link_tables(pages->with_ept, GUEST_TABLES, TABLE_FLAGS);
	pages->with_ept[3][GUEST_CODE / PAGE_SIZE] = GUEST_CODE | PAGE_FLAGS;
	for (uint64_t i = GUEST_TRIAL / LARGE_PAGE; i < ENTRIES; i++)
		pages->with_ept[2][i] = i * LARGE_PAGE | PAGE_FLAGS | PAGE_LARGE;
	link_tables(pages->without_ept, guest_phys_of(pages->without_ept), TABLE_FLAGS);
	pages->without_ept[3][GUEST_CODE / PAGE_SIZE] = guest_phys_of(pages->code) | PAGE_FLAGS;
}

/* SDM vol. 3C 28.2.2 "EPT Translation Mechanism". The code page is the only executable one. */
static void fill_ept_tables(void)
{
	link_tables(pages->ept, guest_phys_of(pages->ept), EPT_TABLE);
	pages->ept[3][GUEST_CODE / PAGE_SIZE] = guest_phys_of(pages->code) | EPT_PAGE | EPT_EXECUTE;
	for (unsigned i = 0; i < LEVELS; i++)
		pages->ept[3][GUEST_TABLES / PAGE_SIZE + i] =
			guest_phys_of(pages->with_ept[i]) | EPT_PAGE;
	for (unsigned i = 0; i < trial_pages; i++)
		pages->ept[2][GUEST_TRIAL / LARGE_PAGE + i] =
			guest_phys_of(&pages->trials[i * ENTRIES]) | EPT_TABLE;
}

static uint64_t pages_size(void)
{
	return sizeof(*pages) + (uint64_t)trial_pages * PAGE_SIZE;
}

bool arch_vmx_prepare_proof(uint32_t cpus)
{
	if (pages != NULL)
		return true;
	trial_pages = (cpus + ENTRIES - 1) / ENTRIES;
	pages_phys = memory_take(pages_size() / PAGE_SIZE);
	pages = pages_phys != 0 ? arch_map(pages_phys, pages_size()) : NULL;
	return pages != NULL;
}

/*
 * The rest of the code page is INT3: a guest that jumps astray gets #BP, which exits, instead of
 * running on through zeros.
 */
static void fill(void)
{
	memset(pages, 0, pages_size());
	memset(pages->code, INT3, PAGE_SIZE);
	memcpy(pages->code, guest_code, (size_t)(guest_code_end - guest_code));
	fill_page_tables();
	fill_ept_tables();
	atomic_store(&filled, true);
}

void arch_vmx_fill_proof(void)
{
	if (pages != NULL && !atomic_load(&filled))
		fill();
}

/*
 * Only the BSP fills the pages: if another CPU took over from one that seems to hang, it would
 * write to pages that guests use. The BSP's self-test needs them earlier than arch_vmx_fill_proof()
 * comes. An AP waits as long as the BSP lets it: the BSP has a time limit for whatever an AP does.
 */
void guest_memory_wait(const struct cpu *cpu)
{
	if (cpu->found.index == 0)
		arch_vmx_fill_proof();
	while (!atomic_load(&filled))
		pause();
}

uint64_t guest_memory_cr3(bool ept)
{
	return ept ? GUEST_TABLES : guest_phys_of(pages->without_ept);
}

uint64_t guest_memory_ept_root(void)
{
	return guest_phys_of(pages->ept);
}

/* The trial page is the code page at a second address, so the guest can check what it reads. */
void guest_memory_map_trial(uint32_t cpu, bool mapped)
{
	pages->trials[cpu] = mapped ? guest_phys_of(pages->code) | EPT_PAGE : 0;
}
