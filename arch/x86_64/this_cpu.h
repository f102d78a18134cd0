/* Sets up what arch_this_cpu() needs to find the record of the calling CPU. */
#ifndef ARCH_X86_64_THIS_CPU_H
#define ARCH_X86_64_THIS_CPU_H

#include "kernel/record/cpu.h"

/* Sets the record of the calling CPU to *cpu. The pointer that cpu points to must not move. */
void this_cpu_set(struct cpu *const *cpu);

/* Gives the BSP an empty record, until arch_set_bsp() sets the one in the list of CPUs. */
void this_cpu_init_bsp(void);

#endif
