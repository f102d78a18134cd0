/*
 * What INIT changes on the APs of some virtual machines, although it must not: SDM vol. 3A Table
 * 9-1 "IA-32 and Intel 64 Processor States Following Power-up, Reset, or INIT". All APs then look
 * alike, and it says nothing about the firmware. Pure.
 */
#ifndef KERNEL_AFTER_INIT_H
#define KERNEL_AFTER_INIT_H

#include "kernel/record/cpu.h"

/* Returns true if INIT sets CR0.CD. */
bool after_init_sets_cd(const struct cpu_list *cpus);

/* Returns true if INIT disables the MTRRs. */
bool after_init_disables_mtrrs(const struct cpu_list *cpus);

#endif
