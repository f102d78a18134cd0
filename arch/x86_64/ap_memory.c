/* Takes, maps and fills the memory with which the APs start. */
#include "arch/x86_64/ap_memory.h"

#include "arch/x86_64/boot.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/trampoline.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/memory.h"
#include "kernel/lib/string.h"

#define STACKS_BASE 0xFFFFFF8000000000ull
#define BELOW_4_GIB (1ull << 32)

enum { INT3 = 0xCC };

/* The pages of a slot that are mapped, counted from the bottom. The others are guards. */
static const uint8_t mapped_pages[] = {1, 2, 4, 6};

enum { MAPPED_PAGES = sizeof(mapped_pages), STACK_END = 3, NMI_STACK_END = 5, FATAL_STACK_END = 7 };

static uint64_t slot(uint32_t index)
{
	return STACKS_BASE + index * AP_SLOT_SIZE;
}

static uint64_t ap_stack_top(uint32_t index)
{
	return slot(index) + STACK_END * PAGE_SIZE;
}

uint64_t ap_nmi_stack_top(uint32_t index)
{
	return slot(index) + NMI_STACK_END * PAGE_SIZE;
}

uint64_t ap_fatal_stack_top(uint32_t index)
{
	return slot(index) + FATAL_STACK_END * PAGE_SIZE;
}

static bool map_stacks(uint32_t count)
{
	uint64_t phys = memory_take((uint64_t)count * MAPPED_PAGES);

	if (phys == 0)
		return false;
	for (uint32_t index = 1; index < count; index++) {
		for (unsigned i = 0; i < MAPPED_PAGES; i++) {
			if (!paging_map(slot(index) + mapped_pages[i] * (uint64_t)PAGE_SIZE, phys,
			                PAGE_WRITABLE, false))
				return false;
			phys += PAGE_SIZE;
		}
	}
	return true;
}

/*
 * Takes memory for count elements of size bytes, not zeroed. Returns NULL if there is none below
 * 4 GiB: the trampoline's 32-bit code reads it without paging.
 */
static void *ap_memory_take_array(uint32_t count, size_t size)
{
	uint64_t bytes = (uint64_t)count * size;
	uint64_t phys = memory_take((bytes + PAGE_SIZE - 1) / PAGE_SIZE);

	return phys != 0 && phys + bytes <= BELOW_4_GIB ? arch_map(phys, bytes) : NULL;
}

/* Returns the address in the copy of one of the trampoline's variables. */
static void *in_copy(const struct ap_memory *memory, const void *variable)
{
	return (char *)(uintptr_t)memory->trampoline + ((const char *)variable - trampoline_start);
}

static void set32(const struct ap_memory *memory, const uint32_t *variable, uint64_t value)
{
	*(uint32_t *)in_copy(memory, variable) = (uint32_t)value;
}

static void set64(const struct ap_memory *memory, const uint64_t *variable, uint64_t value)
{
	*(uint64_t *)in_copy(memory, variable) = value;
}

/* The trampoline's page, and what it held before. */
static struct {
	const struct ap_memory *memory; /* NULL: none was taken */
	uint32_t count;                 /* of CPUs */
	uint8_t before[PAGE_SIZE];
} borrowed;

/*
 * Copies the trampoline, and fills the rest of the page with INT3. The page is also mapped at its
 * own address: when an AP enables paging there, the next instruction is fetched through the page
 * tables.
 */
static enum reason copy_trampoline(struct ap_memory *memory)
{
	size_t size = (size_t)(trampoline_end - trampoline_start);
	void *copy;

	memory->trampoline_phys = memory_take_low();
	if (memory->trampoline_phys == 0)
		return REASON_NO_LOW_MEMORY;
	copy = arch_map(memory->trampoline_phys, PAGE_SIZE);
	if (copy == NULL || !paging_map(memory->trampoline_phys, memory->trampoline_phys, 0, true))
		return REASON_OUT_OF_MEMORY;
	memcpy(borrowed.before, copy, PAGE_SIZE);
	memset(copy, INT3, PAGE_SIZE);
	memcpy(copy, trampoline_start, size);
	memory->trampoline = copy;
	return REASON_NONE;
}

static void fill_trampoline(const struct ap_memory *memory, const struct cpu_list *cpus,
                            void (*main)(uint32_t index, uint32_t cr0))
{
	set32(memory, &trampoline_page, memory->trampoline_phys);
	set32(memory, &trampoline_cr3, paging_root_phys());
	set32(memory, &trampoline_efer, EFER_LME | (boot_no_execute != 0 ? EFER_NXE : 0));
	set32(memory, &trampoline_no_execute, boot_no_execute != 0 ? CPUID_80000001_EDX_NX : 0);
	set32(memory, &trampoline_observe, cpus->cpu[0]->orders.observe);
	set32(memory, &trampoline_apic_ids, (uint64_t)memory->apic_ids - DIRECT_MAP);
	set32(memory, &trampoline_progress, (uint64_t)memory->progress - DIRECT_MAP);
	set32(memory, &trampoline_count, cpus->count);
	set64(memory, &trampoline_stacks, ap_stack_top(0));
	set64(memory, &trampoline_slot, AP_SLOT_SIZE);
	set64(memory, &trampoline_main, (uint64_t)main);
}

static enum reason take_all(const struct cpu_list *cpus, struct ap_memory *memory)
{
	memory->apic_ids = ap_memory_take_array(cpus->count, sizeof(memory->apic_ids[0]));
	memory->progress = ap_memory_take_array(cpus->count, sizeof(memory->progress[0]));
	memory->aps = ap_memory_take_array(cpus->count, sizeof(memory->aps[0]));
	if (memory->apic_ids == NULL || memory->progress == NULL || memory->aps == NULL ||
	    !map_stacks(cpus->count))
		return REASON_OUT_OF_MEMORY;
	return copy_trampoline(memory);
}

bool ap_memory_take(const struct cpu_list *cpus, void (*main)(uint32_t index, uint32_t cr0),
                    struct ap_memory *memory)
{
	enum reason reason = take_all(cpus, memory);

	if (reason != REASON_NONE) {
		for (uint32_t i = 1; i < cpus->count; i++)
			cpus->cpu[i]->progress.failure = reason;
		*memory = (struct ap_memory){0};
		return false;
	}
	for (uint32_t i = 0; i < cpus->count; i++) {
		memory->apic_ids[i] = cpus->cpu[i]->found.apic_id;
		memory->aps[i].cpu = cpus->cpu[i];
	}
	fill_trampoline(memory, cpus, main);
	borrowed.memory = memory;
	borrowed.count = cpus->count;
	return true;
}

void ap_memory_reset(struct ap_memory *memory, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		memory->progress[i] = CPU_SILENT;
		atomic_init(&memory->aps[i].work, 0);
	}
	memory->progress[0] = CPU_DONE; /* the BSP, which does not announce itself */
	set32(memory, &trampoline_started, 0);
	set32(memory, &trampoline_unlisted, 0);
}

uint32_t ap_memory_started(const struct ap_memory *memory)
{
	return *(volatile uint32_t *)in_copy(memory, &trampoline_started);
}

uint32_t ap_memory_unlisted_id(const struct ap_memory *memory)
{
	return *(volatile uint32_t *)in_copy(memory, &trampoline_unlisted_id);
}

uint32_t ap_memory_unlisted(const struct ap_memory *memory)
{
	return *(volatile uint32_t *)in_copy(memory, &trampoline_unlisted);
}

void ap_memory_give_page_back(void)
{
	if (borrowed.memory == NULL)
		return;
	if (ap_memory_unlisted(borrowed.memory) > 0)
		return;
	for (uint32_t i = 1; i < borrowed.count; i++) {
		if (!atomic_load(&borrowed.memory->aps[i].outside))
			return; /* it may be given up, and start late */
	}
	memcpy((void *)(uintptr_t)borrowed.memory->trampoline, borrowed.before, PAGE_SIZE);
}
