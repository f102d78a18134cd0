/*
 * The self-test: how the SDM says that a VMX instruction ends, and how it ended on a CPU. The code
 * under arch/ fills it; here it is judged, and printed as KTAP, the format of the Linux kernel's
 * own tests, which existing tools read. The rules of caps_rules.h are its last checks. Pure.
 */
#ifndef KERNEL_SELFTEST_H
#define KERNEL_SELFTEST_H

#include "kernel/lib/bytes.h"
#include "kernel/lib/text.h"
#include "kernel/record/cpu.h"

struct selftest_check {
	const char *name;
	const char *needs;          /* NULL, or what selftest_lacks() reads */
	struct vmx_status expected; /* per the SDM */
};

/* Returns check number n, or NULL after the last. */
typedef const struct selftest_check *selftest_checks(unsigned n);

/* Not a capability, but a need, too: a host hypervisor takes a VMCALL for a request to itself. */
#define SELFTEST_BARE "no host hypervisor"

/* Nor are these. */
#define SELFTEST_MONITOR     "CPUID.1:ECX.MONITOR"
#define SELFTEST_SMX         "CR4.SMXE"
#define SELFTEST_XSAVE       "CR4.OSXSAVE"
#define SELFTEST_CET         "CR4.CET"
#define SELFTEST_COUNTERS    "a performance counter"
#define SELFTEST_CR3_TARGETS "4 CR3 targets"

/*
 * Returns the first of the needs that a CPU does not have; empty if it has all. Needs are
 * capabilities, named as in caps.h, separated by ", "; after '!', one that must be off. A name that
 * is not in caps.h is a need that no CPU has.
 */
struct bytes selftest_lacks(const char *needs, const struct vmx_evidence *evidence);

/* How a check ended. */
enum selftest_result { SELFTEST_OK, SELFTEST_SKIPPED, SELFTEST_NOT_OK };

/* Judges what was seen of a check on a CPU. */
enum selftest_result selftest_result_of(const struct selftest_seen *seen,
                                        const struct selftest_check *check);

/* Counts the checks by result, in cpu->selftest. */
void selftest_judge(struct cpu *cpu, selftest_checks *checks);

/* Prints the results as KTAP: a subtest for each CPU, or for each group of equal CPUs above 16. */
void selftest_print(const struct cpu_list *cpus, selftest_checks *checks, struct text *to);

#endif
