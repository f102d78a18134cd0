/* The memory needed to start the APs: stacks, descriptor tables, the copy of the trampoline. */
#ifndef ARCH_X86_64_AP_MEMORY_H
#define ARCH_X86_64_AP_MEMORY_H

#include "arch/x86_64/descriptors.h"
#include "kernel/record/cpu.h"

#include <stdatomic.h>

/*
 * The slot of an AP in virtual memory, in pages from the bottom: guard, stack (2), guard, NMI
 * stack, guard, stack for #DF and #MC, guard. The guards are not mapped, so an overflow faults.
 */
#define AP_SLOT_PAGES 8
#define AP_SLOT_SIZE  (AP_SLOT_PAGES * 4096ull)

/* What the hardware layer needs per AP, in addition to its record. */
struct ap {
	struct cpu *cpu;      /* its record */
	_Atomic bool outside; /* the AP has left the trampoline, and does not return */
	struct descriptors descriptors;
	void (*_Atomic work)(
		struct cpu *cpu); /* set by the BSP, cleared by the AP when it is done */
};

struct ap_memory {
	uint64_t trampoline_phys;  /* the copy: a page below 1 MiB */
	const void *trampoline;    /* the same, as the BSP sees it */
	uint32_t *apic_ids;        /* by index; below 4 GiB, like progress */
	_Atomic uint8_t *progress; /* enum cpu_step, by index */
	struct ap *aps;            /* by index */
};

/* Return the top of a CPU's NMI stack, and of its stack for #DF and #MC. */
uint64_t ap_nmi_stack_top(uint32_t index);
uint64_t ap_fatal_stack_top(uint32_t index);

/*
 * Takes and fills the memory for the listed CPUs. Every AP that starts calls main() on its own
 * stack, with its index and CR0 as it was at the first instruction. Returns false if there is not
 * enough memory: then *memory is all zero, and the reason is in the record of every AP.
 */
bool ap_memory_take(const struct cpu_list *cpus, void (*main)(uint32_t index, uint32_t cr0),
                    struct ap_memory *memory);

/* Resets the progress of all APs to CPU_SILENT, before they are started again. */
void ap_memory_reset(struct ap_memory *memory, uint32_t count);

/*
 * Return the trampoline's counters: CPUs that started, and CPUs whose APIC ID is not in the list;
 * and the APIC ID of the last of those.
 */
uint32_t ap_memory_started(const struct ap_memory *memory);
uint32_t ap_memory_unlisted(const struct ap_memory *memory);
uint32_t ap_memory_unlisted_id(const struct ap_memory *memory);

/*
 * Restores what the trampoline's page held before, for firmware that uses it although the memory
 * map lists it as free. Does nothing if a CPU may still execute there: an AP that has not left it,
 * or a CPU that is not in the list. No AP can be started afterwards.
 */
void ap_memory_give_page_back(void);

#endif
