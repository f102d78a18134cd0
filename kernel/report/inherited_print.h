/* Warnings about the state in which the CPUs were handed over. Pure. */
#ifndef KERNEL_INHERITED_PRINT_H
#define KERNEL_INHERITED_PRINT_H

#include "kernel/lib/text.h"
#include "kernel/record/machine.h"

/* Prints a line for each problem that earlier software left on a group of CPUs. */
void inherited_print(const struct machine *machine, struct text *to);

#endif
