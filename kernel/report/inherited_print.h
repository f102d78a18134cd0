/* The state in which the CPUs were handed over: warnings and facts. Pure. */
#ifndef KERNEL_INHERITED_PRINT_H
#define KERNEL_INHERITED_PRINT_H

#include "kernel/lib/text.h"
#include "kernel/record/machine.h"

/* Prints a line for each problem that earlier software left on a group of CPUs. */
void inherited_print(const struct machine *machine, struct text *to);

/*
 * Prints the lines of the report about it: CR0 at the first instruction, and the memory types.
 * MTRRs that are the same on all CPUs have lines only if the machine is verbose.
 */
void inherited_report(const struct machine *machine, struct text *to);

#endif
