/* Explains in a sentence what a reason means on a CPU. Pure. */
#ifndef KERNEL_EXPLAIN_H
#define KERNEL_EXPLAIN_H

#include "kernel/record/cpu.h"
#include "kernel/lib/text.h"

/* Prints what went wrong, without a line end. */
void explain_reason(const struct cpu *cpu, enum reason reason, struct text *to);

#endif
