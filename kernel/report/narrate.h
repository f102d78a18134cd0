/* Prints the lines for people: what each CPU is, what was done, and how it ended. Pure. */
#ifndef KERNEL_NARRATE_H
#define KERNEL_NARRATE_H

#include "kernel/lib/text.h"
#include "kernel/record/machine.h"

/* Prints the facts of every CPU, what went wrong, and what to do about it. */
void narrate_cpus(const struct machine *machine, struct text *to);

/* Reports the CPUs that failed to leave VMX operation, and had not failed before. */
void narrate_leaving(const struct machine *machine, struct text *to);

#endif
