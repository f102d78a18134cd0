/*
 * The self-test: what the VMX instructions must answer, and what a CPU did answer. Plain facts,
 * filled under arch/; printing them, as KTAP, is pure.
 */
#ifndef KERNEL_SELFTEST_H
#define KERNEL_SELFTEST_H

#include "kernel/record/cpu.h"
#include "kernel/lib/text.h"

struct selftest_check {
	const char *name;
	const char *needs; /* of caps.h's names; with '!' before it, one that must be off */
	struct vmx_status expected; /* by the manual */
};

/* Check number n; NULL behind the last. */
typedef const struct selftest_check *selftest_checks(unsigned n);

/* Counts what is seen by its result. */
void selftest_judge(struct vmx_selftest *results, selftest_checks *checks);

/* The whole as KTAP, a subtest for each CPU, or, of many, for each group with the same answers. */
void selftest_print(const struct cpu_list *cpus, selftest_checks *checks, struct text *to);

#endif
