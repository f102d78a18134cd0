/*
 * The memory of the guest trials. Each CPU has its own, so a trial may write to it, and change page
 * tables and EPT tables. These map nothing else: no guest reaches the kernel's memory.
 */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/selftest/selftest_trial.h"
#include "kernel/lib/string.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/memory.h"

enum { LEVELS = 4, INT3 = 0xCC, GDT_OFFSET = TRIAL_GDT - TRIAL_IDT };

#define PAGE_2M        (1ull << 21)
#define PAGE_1G        (1ull << 30)
#define TABLE_FLAGS    (PAGE_PRESENT | PAGE_WRITABLE | PAGE_USER)
#define EPT_FLAGS      (EPT_READ | EPT_WRITE | EPT_EXECUTE)
#define INTERRUPT_GATE 0x8E0000000000
#define TASK_GATE      0x850000000000
#define TASK_VECTOR    0x80
#define AVAILABLE_TSS  0x890000000067 /* of 32 bits; limit 67H, base 0 */
#define BUSY_TSS       0x8B0000000067

static uint64_t all_phys;

bool trial_memory_take(uint32_t cpus)
{
	if (all_phys == 0)
		all_phys = memory_take((uint64_t)cpus * TRIAL_PAGES);
	return all_phys != 0;
}

/*
 * Fills four tables that map the guest's pages at TRIAL_ADDRESS. first is the page of the first
 * table, tables the address where the CPU sees it, target that of the page TRIAL_CODE.
 */
static void map_guest(const struct trial_memory *memory, enum trial_page first, uint64_t tables,
                      uint64_t target, uint64_t flags, uint64_t leaf_flags)
{
	uint64_t *table = (uint64_t *)(memory->at + first * PAGE_SIZE);

	for (unsigned level = 1; level < LEVELS; level++, table += PAGE_SIZE / sizeof(*table))
		table[0] = (tables + level * PAGE_SIZE) | flags;
	for (unsigned page = 0; page < TRIAL_GUEST_PAGES; page++)
		table[TRIAL_ADDRESS(page) / PAGE_SIZE] =
			(target + page * PAGE_SIZE) | flags | leaf_flags;
}

/*
 * Maps the code page a second and a third time, read-only, through EPT pages of 2 MByte and of 1
 * GByte. The guest's own page tables map each by a page of 2 MByte. EPT pages that the CPU does not
 * support do no harm as long as no guest uses them.
 */
static void map_large(struct trial_memory *memory)
{
	uint64_t *pd = (uint64_t *)(memory->at + TRIAL_PD * PAGE_SIZE);
	uint64_t *ept_pdpt = (uint64_t *)(memory->at + TRIAL_EPT_PDPT * PAGE_SIZE);
	uint64_t *ept_pd = (uint64_t *)(memory->at + TRIAL_EPT_PD * PAGE_SIZE);
	uint64_t leaf = EPT_READ | EPT_WRITE_BACK | EPT_LARGE;
	uint64_t in_1g = PAGE_1G + memory->phys % PAGE_1G;

	ept_pd[1] = (memory->phys & -PAGE_2M) | leaf;
	ept_pdpt[1] = (memory->phys & -PAGE_1G) | leaf;
	pd[1] = PAGE_2M | TABLE_FLAGS | PAGE_LARGE;
	pd[2] = (in_1g & -PAGE_2M) | TABLE_FLAGS | PAGE_LARGE;
	memory->in_2m = PAGE_2M + memory->phys % PAGE_2M;
	memory->in_1g = 2 * PAGE_2M + memory->phys % PAGE_2M;
}

/* An EPT pointer with accessed and dirty flags, and one without a walk length, which is invalid. */
static void fill_eptp_list(const struct trial_memory *memory, const struct vmx_evidence *evidence)
{
	uint64_t *list = (uint64_t *)(memory->at + TRIAL_EPTP_LIST * PAGE_SIZE);
	uint64_t root = memory->phys + TRIAL_EPT_PML4 * PAGE_SIZE;

	list[0] = controls_ept_pointer(evidence, root) | EPTP_ACCESSED_DIRTY;
	list[1] = root;
}

/*
 * SDM vol. 3A 6.14.1 "64-Bit Mode IDT". Outside IA-32e mode, where a gate has 8 bytes, TASK_VECTOR
 * has a task gate, above those of 64-bit mode. The first word of a TSS links to the task before.
 */
static void fill_tables(uint8_t *page)
{
	uint64_t *idt = (uint64_t *)page, *gdt = (uint64_t *)(page + GDT_OFFSET);

	for (unsigned vector = 0; &trial_handlers[vector] < trial_handlers_end; vector++)
		idt[2 * vector] = trial_address_of(trial_handlers[vector]) | SELECTOR_CODE << 16 |
		                  INTERRUPT_GATE;
	idt[TASK_VECTOR] = TASK_GATE | TRIAL_TSS << 16;
	gdt[SELECTOR_CODE / sizeof(*gdt)] = GDT_CODE64;
	gdt[TRIAL_TSS / sizeof(*gdt)] = AVAILABLE_TSS;
	gdt[TRIAL_BUSY_TSS / sizeof(*gdt)] = BUSY_TSS;
	page[TRIAL_TASK - TRIAL_IDT] = TRIAL_BUSY_TSS;
}

/* One MSR, of no use to the host, that VM entry and exit leave alone without such an area. */
static void fill_areas(uint64_t *area)
{
	area[0] = IA32_KERNEL_GS_BASE;
	area[1] = TRIAL_MSR_VALUE;
}

uint64_t trial_memory_phys(const struct cpu *cpu)
{
	return all_phys + (uint64_t)cpu->found.index * TRIAL_PAGES * PAGE_SIZE;
}

/* The region of a shadow VMCS: SDM vol. 3C 24.10 "VMCS Types: Ordinary and Shadow" */
static void fill_shadow(uint32_t *region, const struct cpu *cpu)
{
	region[0] = cpu->evidence.basic.revision | 1u << 31;
}

/* The rest of the code page is INT3: a guest that jumps astray gets #BP. */
struct trial_memory trial_memory_fill(const struct cpu *cpu)
{
	uint64_t phys = trial_memory_phys(cpu);
	bool ept = controls_ept(&cpu->evidence);
	uint64_t guest = ept ? TRIAL_ADDRESS(0) : phys; /* the page TRIAL_CODE, for the guest */
	struct trial_memory memory = {
		.at = arch_map(phys, TRIAL_PAGES * PAGE_SIZE),
		.phys = phys,
		.cr3 = guest + TRIAL_PML4 * PAGE_SIZE,
	};

	memset(memory.at, 0, TRIAL_PAGES * PAGE_SIZE);
	memset(memory.at, INT3, PAGE_SIZE);
	memcpy(memory.at, trial_page, (size_t)(trial_page_end - trial_page));
	fill_tables(memory.at + TRIAL_TABLES * PAGE_SIZE);
	fill_areas((uint64_t *)(memory.at + TRIAL_AREAS * PAGE_SIZE));
	fill_shadow((uint32_t *)(memory.at + TRIAL_SHADOW * PAGE_SIZE), cpu);
	map_guest(&memory, TRIAL_PML4, memory.cr3, guest, TABLE_FLAGS, 0);
	map_guest(&memory, TRIAL_EPT_PML4, phys + TRIAL_EPT_PML4 * PAGE_SIZE, phys, EPT_FLAGS,
	          EPT_WRITE_BACK);
	if (ept)
		map_large(&memory);
	fill_eptp_list(&memory, &cpu->evidence);
	return memory;
}
