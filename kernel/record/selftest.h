/*
 * The self-test: how the SDM says that a VMX instruction ends, and how it ended on a CPU. The code
 * under arch/ fills it; here it is judged, and printed as KTAP, the format of the Linux kernel's
 * own tests, which existing tools read. Pure.
 */
#ifndef KERNEL_SELFTEST_H
#define KERNEL_SELFTEST_H

#include "kernel/record/cpu.h"
#include "kernel/lib/text.h"

struct selftest_check {
	const char *name;
	const char *needs; /* a capability, named as in caps.h; after '!', one that must be off */
	struct vmx_status expected; /* per the SDM */
};

/* Returns check number n, or NULL after the last. */
typedef const struct selftest_check *selftest_checks(unsigned n);

/* Counts the checks by result. */
void selftest_judge(struct vmx_selftest *results, selftest_checks *checks);

/* Prints the results as KTAP: a subtest for each CPU, or for each group of equal CPUs above 16. */
void selftest_print(const struct cpu_list *cpus, selftest_checks *checks, struct text *to);

#endif
