/* Prints the VMX capabilities of CPUs. Pure. */
#ifndef KERNEL_CAPS_PRINT_H
#define KERNEL_CAPS_PRINT_H

#include "kernel/lib/text.h"
#include "kernel/record/machine.h"

/* Prints the MSRs and each capability, for each group of CPUs with the same capabilities. */
void caps_print(const struct cpu_list *cpus, struct text *to);

/* Prints a warning for each rule of caps_rules.h that a CPU breaks: none for most machines. */
void caps_print_broken_rules(const struct machine *machine, struct text *to);

#endif
