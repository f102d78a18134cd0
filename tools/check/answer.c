#include "tools/check/answer.h"

#include "kernel/report/explain.h"
#include "kernel/report/caps_print.h"
#include "kernel/report/compare.h"
#include "kernel/report/compare_memory.h"
#include "kernel/report/narrate.h"
#include "kernel/report/hint.h"
#include "tools/check/fail.h"
#include "tools/check/log_input.h"

#include <string.h>

struct run_verdict answer_verdict(const struct findings *findings)
{
	struct run_verdict result = verdict_decide(&findings->machine);

	if (findings->log_verdict > result.would_be)
		result.would_be = findings->log_verdict;
	return result;
}

void answer_print_result(const struct findings *findings, struct text *to)
{
	if (answer_is_doubtful(findings))
		return;
	if (findings->log_verdict > verdict_decide(&findings->machine).would_be)
		text_print(to, "RESULT: %s\n", findings->result);
	else
		report_print_result(&findings->machine, to);
}

bool answer_is_doubtful(const struct findings *findings)
{
	return findings->origin == ORIGIN_LOG && log_problem_doubts(findings->log.problems) != 0 &&
	       answer_verdict(findings).would_be <= VERDICT_OBSERVED;
}

const char *answer_verdict_name(const struct findings *findings)
{
	return answer_is_doubtful(findings) ? "NONE"
	                                    : verdict_name(answer_verdict(findings).would_be);
}

int answer_status(const struct findings *findings)
{
	static const int statuses[] = {
		[VERDICT_PASS] = 0,    [VERDICT_OBSERVED] = 0, [VERDICT_UNSUPPORTED] = 77,
		[VERDICT_BLOCKED] = 4, [VERDICT_FAIL] = 1,     [VERDICT_ERROR] = STATUS_NO_VERDICT,
	};

	if (answer_is_doubtful(findings))
		return STATUS_NO_VERDICT;
	return statuses[answer_verdict(findings).would_be];
}

static bool same_vendor(const struct cpu *a, const struct cpu *b, const void *context)
{
	(void)context;
	return strcmp(a->evidence.vendor, b->evidence.vendor) == 0;
}

void answer_print_first(const struct findings *findings, struct text *to)
{
	const struct cpu_list *cpus = &findings->machine.cpus;
	uint32_t with_vmx = 0, known = 0, implied = 0;

	for (uint32_t i = 0; i < cpus->count; i++) {
		const struct vmx_evidence *evidence = &cpus->cpu[i]->evidence;

		implied += findings->sights[i].vmx_implied;
		if (evidence->signature == 0)
			continue;
		if (known == 0 || !same_vendor(cpus->cpu[i], cpus->cpu[i - 1], NULL))
			text_print(to, "The CPU's vendor string is %s.\n", evidence->vendor);
		known++;
		with_vmx += evidence->vmx;
	}
	if (known == 0 && findings->names.format != NULL)
		text_print(to, "CPUID is missing; what follows is from %s.\n",
		           findings->names.format);
	else if (implied != 0)
		text_print(to, "CPUID is missing, but there are values of MSRs that only CPUs with "
		               "VMX have.\n");
	else if (known == 0)
		text_print(to, "No CPU could be examined.\n");
	else if (with_vmx == known)
		text_print(to, "VMX is supported.\n");
	else if (with_vmx == 0)
		text_print(to, "VMX is not supported.\n");
	else
		text_print(to, "VMX is supported by %u of %u CPUs.\n", with_vmx, known);
}

/* Prints a failure of the machine, which no CPU has. */
static void print_machine_failure(const struct machine *machine, struct text *to)
{
	static const struct cpu nobody;

	if (machine->failure == REASON_NONE)
		return;
	text_print(to, "rootmode: error: ");
	explain_reason(&nobody, machine->failure, to);
	text_print(to, "\nrootmode: hint: %s\n", hint_for(machine->failure, &nobody));
}

void answer_print_narrative(const struct findings *findings, struct text *to)
{
	if (findings->origin == ORIGIN_LOG && log_print_people(findings->people, to))
		return;
	print_machine_failure(&findings->machine, to);
	narrate_cpus(&findings->machine, to);
	compare_print(&findings->machine, to);
	compare_memory_print(&findings->machine, to);
	caps_print_broken_rules(&findings->machine, to);
}

static void print_entered(const struct findings *findings, struct text *to)
{
	const char *which = findings->machine.cpus.count == 1 ? "the CPU" : "every CPU";

	if (!findings->machine.observe)
		text_print(to, "rootmode took %s into VMX root operation", which);
	else
		text_print(to,
		           "rootmode would take %s into VMX root operation; VMX was not entered",
		           which);
}

/* Prints what a list of names makes likely. */
static void print_named(const struct name_list *names, struct text *to)
{
	static const char *const by_firmware[] = {
		[NAME_UNSEEN] = "lists VMX, but does not say whether the firmware enables it",
		[NAME_NO] = "says that VMX is not enabled, but not whether a lock keeps it so",
		[NAME_YES] = "says that VMX is supported and enabled, so it most likely would",
	};

	if (names->format == NULL)
		return;
	if (names->listed == NAME_UNSEEN) {
		if (names->either.listed != NAME_UNSEEN)
			text_print(to,
			           "; %s says that VT-x or AMD-V is %s, but not which CPU this is",
			           names->format,
			           names->either.firmware == NAME_NO ? "not enabled" : "there");
		return;
	}
	text_print(to, "; %s %s", names->format,
	           names->listed == NAME_YES
	                   ? by_firmware[names->firmware]
	                   : "does not list VMX: the CPU lacks it, a hypervisor hides it, or the "
	                     "firmware disabled it");
}

static void print_undecided(const struct findings *findings, reason_set reasons, struct text *to)
{
	const struct host *host = &findings->host;

	if (!(reasons >> REASON_NOT_SEEN & 1)) {
		text_print(to, "rootmode itself failed; see the errors and hints above");
		return;
	}
	text_print(to, "too little could be read to say whether rootmode would enter VMX");
	print_named(&findings->names, to);
	if (findings->origin != ORIGIN_LIVE)
		return;
	if (host->vmx_listed && host->vmx_examined)
		text_print(to, "; it most likely would: Linux has checked the MSRs and lists vmx "
		               "in /proc/cpuinfo");
	else if (host->vmx_listed)
		text_print(to, "; this Linux lists vmx in /proc/cpuinfo, but does not check "
		               "whether the firmware disabled it");
	else
		text_print(to,
		           "; it most likely would not: Linux does not list vmx in /proc/cpuinfo, "
		           "because the firmware disabled it or this Linux was built without it");
}

void answer_print(const struct findings *findings, struct text *to)
{
	struct run_verdict result = answer_verdict(findings);

	if (answer_is_doubtful(findings)) {
		text_print(to, "no verdict: the log is damaged or incomplete; see the warnings");
		return;
	}
	switch (result.would_be) {
	case VERDICT_UNSUPPORTED:
		text_print(to, "the CPUs do not support VMX");
		break;
	case VERDICT_BLOCKED:
		text_print(to, "the CPUs support VMX, but a firmware setting forbids it; see the "
		               "hint above");
		break;
	case VERDICT_FAIL:
		text_print(to, "%s; see the errors and hints above",
		           findings->machine.observe
		                   ? "rootmode would not take every CPU into VMX root operation"
		                   : "rootmode did not take every CPU into VMX root operation");
		break;
	case VERDICT_ERROR:
		print_undecided(findings, result.reasons, to);
		break;
	default:
		print_entered(findings, to);
		break;
	}
}
