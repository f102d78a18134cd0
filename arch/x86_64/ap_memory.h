/* The memory that starting the APs takes: stacks, descriptor tables, the trampoline's copy. */
#ifndef ARCH_X86_64_AP_MEMORY_H
#define ARCH_X86_64_AP_MEMORY_H

#include "arch/x86_64/descriptors.h"
#include "kernel/record/cpu.h"

#include <stdatomic.h>

/*
 * A CPU's stacks in virtual memory, in pages, from the bottom: guard, stack (2), guard, NMI stack,
 * guard, stack for #DF and #MC, guard. The guards are not mapped.
 */
#define AP_SLOT_PAGES 8
#define AP_SLOT_SIZE  (AP_SLOT_PAGES * 4096ull)

/* What the machine needs of an AP beside its record. */
struct ap {
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

/* The tops of a CPU's stacks. */
uint64_t ap_stack_top(uint32_t index);
uint64_t ap_nmi_stack_top(uint32_t index);
uint64_t ap_fatal_stack_top(uint32_t index);

/*
 * Takes and fills all of it for the list of CPUs; every AP that starts goes to main(its index), on
 * its own stack. False if that cannot be done; every AP then has the reason.
 */
bool ap_memory_take(const struct cpu_list *cpus, void (*main)(uint32_t index),
                    struct ap_memory *memory);

/* Makes all of them silent again, to be started anew. */
void ap_memory_reset(struct ap_memory *memory, uint32_t count);

/* What the APs have counted in the trampoline's copy. */
uint32_t ap_memory_started(const struct ap_memory *memory);
uint32_t ap_memory_unlisted(const struct ap_memory *memory);

/* Puts back what the trampoline's page held, for firmware that uses it after all; not while an AP
 * may execute there. The end: no AP can be started after it. */
void ap_memory_give_page_back(void);

#endif
