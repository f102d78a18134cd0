/*
 * MADT entries for CPUs that no package of the machine has: docs/verdicts.md, "CPUs that do not
 * exist". Pure.
 */
#ifndef KERNEL_PHANTOMS_H
#define KERNEL_PHANTOMS_H

#include "kernel/record/cpu.h"

/*
 * Moves the APIC IDs that fit no package to the end of the list, without changing the order of the
 * others. Returns their number. The first ID is the BSP's. The IDs of one package are the same
 * above package_shift.
 */
uint32_t phantoms_move_last(uint32_t *apic_ids, uint32_t count, unsigned package_shift);

/*
 * Call it after the CPUs were started. Removes those that fit no package from the end of the list,
 * and returns their number. If one of them did start, the list is correct, and all stay.
 */
uint32_t phantoms_drop(struct cpu_list *cpus);

#endif
