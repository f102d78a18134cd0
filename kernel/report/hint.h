/*
 * Says what a person can do about a reason. A verdict alone leaves its reader with a search engine;
 * most causes are a setting in firmware setup or of a hypervisor, and have a known remedy. Pure.
 */
#ifndef KERNEL_HINT_H
#define KERNEL_HINT_H

#include "kernel/record/cpu.h"

/*
 * Returns the hint for a reason, without a line end, or NULL for REASON_NONE. It depends on the
 * CPU's vendor, on the hypervisor, and on the CPU's last step. cpu may be all zero.
 */
const char *hint_for(enum reason reason, const struct cpu *cpu);

#endif
