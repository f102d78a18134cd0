/*
 * Trials: what can be done on the CPUs beyond entering VMX operation, and the memory for it, which
 * is allocated only if asked for.
 */
#ifndef KERNEL_TRIALS_H
#define KERNEL_TRIALS_H

#include "kernel/record/cpu.h"

#include <stdbool.h>

/* A set of trials. */
struct trials {
	bool guests; /* run guests and check their exits */
	bool selftest;
	bool bench;
};

/*
 * Allocates memory for the wanted trials that are not ready yet, for the given number of CPUs.
 * Returns false if there is not enough memory.
 */
bool trials_prepare(struct trials *ready, struct trials wanted, uint32_t cpus);

/*
 * Measures VM exits on one CPU at a time, then on all CPUs together. Returns the number of CPUs
 * that timed out.
 */
uint32_t trials_bench(const struct cpu_list *cpus);

#endif
