/* The VMX capabilities of CPUs, in words. Pure. */
#ifndef KERNEL_CAPS_PRINT_H
#define KERNEL_CAPS_PRINT_H

#include "kernel/lib/text.h"
#include "kernel/record/cpu.h"

/* All of it in lines, for each group of CPUs that can do the same. */
void caps_print(const struct cpu_list *cpus, struct text *to);

#endif
