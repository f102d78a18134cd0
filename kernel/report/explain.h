/* What a reason means on a certain CPU. Pure. */
#ifndef KERNEL_EXPLAIN_H
#define KERNEL_EXPLAIN_H

#include "kernel/record/cpu.h"
#include "kernel/lib/text.h"

/* What went wrong, as a sentence without an end. */
void explain_reason(const struct cpu *cpu, enum reason reason, struct text *to);

#endif
