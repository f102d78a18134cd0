/* What a reason means on a certain CPU, and what a person can do about it. Pure. */
#ifndef KERNEL_EXPLAIN_H
#define KERNEL_EXPLAIN_H

#include "kernel/record/cpu.h"
#include "kernel/lib/text.h"

/* What went wrong, as a sentence without an end. */
void explain_reason(const struct cpu *cpu, enum reason reason, struct text *to);

/*
 * What to do about it, likewise; it depends on who made the CPU, on the hypervisor underneath, if
 * there is one, and on how far the CPU came. cpu may be all zero. NULL for REASON_NONE.
 */
const char *explain_hint(enum reason reason, const struct cpu *cpu);

#endif
