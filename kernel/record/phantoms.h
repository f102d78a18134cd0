/*
 * MADT entries for CPUs that no package of the machine has: docs/verdicts.md, "CPUs that do not
 * exist". Pure.
 */
#ifndef KERNEL_PHANTOMS_H
#define KERNEL_PHANTOMS_H

#include "kernel/record/cpu.h"

/*
 * Moves the APIC IDs that fit no package behind the others, which keep their order, and returns how
 * many these are. The first one is the BSP's; above package_shift, IDs of one package are the same.
 */
uint32_t phantoms_move_last(uint32_t *apic_ids, uint32_t count, unsigned package_shift);

/*
 * Once the CPUs were started: takes those that fit no package off the end of the list, unless one
 * of them did start, and returns how many. Where one did, the list is right, and all of them stay.
 */
uint32_t phantoms_drop(struct cpu_list *cpus);

#endif
