/* What should be the same on all CPUs, and is not. Pure. */
#ifndef KERNEL_COMPARE_H
#define KERNEL_COMPARE_H

#include "kernel/lib/text.h"
#include "kernel/record/machine.h"

/* Prints a line for each value that differs from CPU 0's. */
void compare_print(const struct machine *machine, struct text *to);

#endif
