/*
 * Warns of memory types that differ between CPUs: MTRRs and IA32_PAT, which firmware must set up
 * alike on each CPU. Pure.
 */
#ifndef KERNEL_COMPARE_MEMORY_H
#define KERNEL_COMPARE_MEMORY_H

#include "kernel/lib/text.h"
#include "kernel/record/machine.h"

/* Prints a line for each register that differs from CPU 0's. Returns true if there is one. */
bool compare_memory_print(const struct machine *machine, struct text *to);

#endif
