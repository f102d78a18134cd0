/* What a person can do about a reason. Pure. */
#ifndef KERNEL_HINT_H
#define KERNEL_HINT_H

#include "kernel/record/cpu.h"

/*
 * A sentence without its end, which depends on who made the CPU, on the host hypervisor, if there
 * is one, and on how far the CPU came. cpu may be all zero. NULL for REASON_NONE.
 */
const char *hint_for(enum reason reason, const struct cpu *cpu);

#endif
