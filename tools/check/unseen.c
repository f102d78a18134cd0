#include "tools/check/unseen.h"

#include "arch/x86_64/vmx/plan.h"
#include "kernel/lib/ranges.h"
#include "kernel/record/record.h"

#include <errno.h>
#include <string.h>

/* One of the two errors in a sight. */
typedef int error_of(const struct sight *sight);

static int affinity_error(const struct sight *sight)
{
	return sight->affinity_error;
}

static int msr_error(const struct sight *sight)
{
	return sight->msr_error;
}

/* Prints "cpus 0-3: " for all CPUs with this error. */
static void unseen_print_cpus(const struct findings *findings, error_of *of, int error,
                              struct text *to)
{
	struct ranges ranges = ranges_begin(to);
	uint32_t count = 0;

	for (uint32_t i = 0; i < findings->machine.cpus.count; i++)
		count += of(&findings->sights[i]) == error;
	text_print(to, count == 1 ? "cpu " : "cpus ");
	for (uint32_t i = 0; i < findings->machine.cpus.count; i++) {
		if (of(&findings->sights[i]) == error)
			ranges_add(&ranges, i);
	}
	ranges_end(&ranges);
	text_print(to, ": ");
}

static bool unseen_is_first(const struct findings *findings, error_of *of, uint32_t index)
{
	for (uint32_t i = 0; i < index; i++) {
		if (of(&findings->sights[i]) == of(&findings->sights[index]))
			return false;
	}
	return of(&findings->sights[index]) != 0;
}

static void print_affinity(const struct findings *findings, struct text *to)
{
	for (uint32_t i = 0; i < findings->machine.cpus.count; i++) {
		int error = findings->sights[i].affinity_error;

		if (!unseen_is_first(findings, affinity_error, i))
			continue;
		unseen_print_cpus(findings, affinity_error, error, to);
		text_print(to,
		           "not examined: this process may not run on it (sched_setaffinity: %s)\n",
		           strerror(error));
		text_print(to, "hint: run rootmode-check outside the container or cpuset\n");
	}
}

static const char *msr_hint(const struct host *host, int error)
{
	switch (error) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return host->root ? "load the msr driver: modprobe msr (it requires "
		                    "CONFIG_X86_MSR, and is not available in a container)"
		                  : "load the msr driver, and run as root: sudo modprobe msr; sudo "
		                    "rootmode-check";
	case EACCES:
	case EPERM:
		return host->root ? "CAP_SYS_RAWIO is missing, as in a container"
		                  : "run as root: sudo rootmode-check";
	default:
		return "see dmesg for errors of the msr driver";
	}
}

static void unseen_print_msrs(const struct findings *findings, struct text *to)
{
	const struct cpu_list *cpus = &findings->machine.cpus;

	for (uint32_t i = 0; i < cpus->count; i++) {
		int error = findings->sights[i].msr_error;
		bool vmx = cpus->cpu[i]->evidence.vmx;

		if (!unseen_is_first(findings, msr_error, i))
			continue;
		unseen_print_cpus(findings, msr_error, error, to);
		text_print(to, "not read: %s (/dev/cpu/%u/msr: %s)\n",
		           vmx ? "IA32_FEATURE_CONTROL, the VMX capability MSRs, the microcode "
		                 "revision"
		               : "the microcode revision; nothing else needs the MSRs here",
		           findings->sights[i].number, strerror(error));
		if (vmx)
			text_print(to, "hint: %s\n", msr_hint(&findings->host, error));
	}
}

/* The report numbers CPUs without gaps; Linux's numbers have gaps where CPUs are offline. */
static void unseen_print_numbers(const struct findings *findings, struct text *to)
{
	struct ranges indices = ranges_begin(to), numbers = ranges_begin(to);
	bool differ = false;

	for (uint32_t i = 0; i < findings->machine.cpus.count; i++)
		differ |= findings->sights[i].number != i;
	if (!differ)
		return;
	text_print(to, "cpus ");
	for (uint32_t i = 0; i < findings->machine.cpus.count; i++)
		ranges_add(&indices, i);
	ranges_end(&indices);
	text_print(to, ": numbered ");
	for (uint32_t i = 0; i < findings->machine.cpus.count; i++)
		ranges_add(&numbers, findings->sights[i].number);
	ranges_end(&numbers);
	text_print(to, " %s\n", findings->origin == ORIGIN_LIVE ? "under Linux" : "in the dump");
}

/* What a dump may lack, by its index: the capability MSRs, and then these. */
enum { MISSING_FEATURE_CONTROL = VMX_MSR_COUNT, MISSING_LONG_MODE, MISSING_CPUID, MISSING_COUNT };

static bool is_missing(const struct findings *findings, uint32_t cpu, unsigned index)
{
	const struct vmx_evidence *evidence = &findings->machine.cpus.cpu[cpu]->evidence;

	if (index == MISSING_CPUID)
		return evidence->signature == 0;
	if (!evidence->vmx)
		return false;
	if (index == MISSING_LONG_MODE)
		return findings->sights[cpu].long_mode == LONG_MODE_UNSEEN;
	if (index == MISSING_FEATURE_CONTROL)
		return evidence->feature_control.state == MSR_NOT_READ;
	return evidence->unread >> index & 1;
}

static const char *missing_name(unsigned index)
{
	switch (index) {
	case MISSING_LONG_MODE:
		return "CPUID.80000001H, which says whether the CPU has 64-bit mode";
	case MISSING_CPUID:
		return "CPUID.1, which says whether the CPU has VMX";
	case MISSING_FEATURE_CONTROL:
		return "IA32_FEATURE_CONTROL";
	default:
		return record_msr_name(index);
	}
}

/* What decides and is missing leads to the reason not-seen. */
static void print_missing(const struct findings *findings, struct text *to)
{
	const struct cpu_list *cpus = &findings->machine.cpus;

	for (unsigned index = 0; index < MISSING_COUNT; index++) {
		struct ranges ranges = ranges_begin(to);
		uint32_t count = 0;

		for (uint32_t i = 0; i < cpus->count; i++)
			count += is_missing(findings, i, index);
		if (count == 0)
			continue;
		text_print(to, count == 1 ? "cpu " : "cpus ");
		for (uint32_t i = 0; i < cpus->count; i++) {
			if (is_missing(findings, i, index))
				ranges_add(&ranges, i);
		}
		ranges_end(&ranges);
		text_print(to, ": not in the dump: %s\n", missing_name(index));
	}
}

void unseen_print(const struct findings *findings, struct text *to)
{
	unseen_print_numbers(findings, to);
	print_affinity(findings, to);
	unseen_print_msrs(findings, to);
	if (findings->origin == ORIGIN_DUMP)
		print_missing(findings, to);
	name_list_print(&findings->names, to);
}
