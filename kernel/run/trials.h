/* What can be tried on the CPUs beyond entering VMX operation, and the memory that this takes. */
#ifndef KERNEL_TRIALS_H
#define KERNEL_TRIALS_H

#include "kernel/record/cpu.h"

#include <stdbool.h>

/* A set of trials. */
struct trials {
	bool guests; /* guests that exit where they must */
	bool selftest;
	bool bench;
};

/*
 * Takes memory for those wanted that are not ready yet, for so many CPUs, and makes them ready.
 * False if there is not enough memory.
 */
bool trials_prepare(struct trials *ready, struct trials wanted, uint32_t cpus);

/*
 * Measures VM exits on each CPU in turn, then on all at the same time. Returns how many CPUs did
 * not come back.
 */
uint32_t trials_bench(const struct cpu_list *cpus);

#endif
