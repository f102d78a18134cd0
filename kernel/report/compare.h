/*
 * Warns of values that should be the same on all CPUs, but are not. A hypervisor that moves virtual
 * CPUs between CPUs relies on equal VMX capabilities, and differences usually mean that the
 * firmware did not initialize each CPU the same way. Pure.
 */
#ifndef KERNEL_COMPARE_H
#define KERNEL_COMPARE_H

#include "kernel/lib/text.h"
#include "kernel/record/machine.h"

/* Prints a line for each value that differs from that of CPU 0. */
void compare_print(const struct machine *machine, struct text *to);

#endif
