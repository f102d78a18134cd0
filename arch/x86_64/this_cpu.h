/* How arch_this_cpu() finds the record of the CPU that executes it. */
#ifndef ARCH_X86_64_THIS_CPU_H
#define ARCH_X86_64_THIS_CPU_H

#include "kernel/record/cpu.h"

/* Gives the calling CPU its record: *cpu, which must stay where it is. */
void this_cpu_set(struct cpu *const *cpu);

/* Gives the BSP an empty record, until arch_set_bsp() gives it the one in the list of CPUs. */
void this_cpu_init_bsp(void);

#endif
