#include "kernel/record/verdict.h"

static const struct {
	const char *name;
	uint8_t exit_code;
} verdicts[] = {
	[VERDICT_PASS] = {"PASS", 0x10},
	[VERDICT_OBSERVED] = {"OBSERVED", 0x15},
	[VERDICT_UNSUPPORTED] = {"UNSUPPORTED", 0x12},
	[VERDICT_BLOCKED] = {"BLOCKED", 0x13},
	[VERDICT_FAIL] = {"FAIL", 0x11},
	[VERDICT_ERROR] = {"ERROR", 0x14},
};

static const enum verdict verdict_by_reason[REASON_COUNT] = {
	[REASON_NONE] = VERDICT_PASS,
	[REASON_NO_VMX] = VERDICT_UNSUPPORTED,
	[REASON_NO_LONG_MODE] = VERDICT_UNSUPPORTED,
	[REASON_LOCKED_OFF] = VERDICT_BLOCKED,
	[REASON_SMX_ONLY] = VERDICT_BLOCKED,
	[REASON_FEATURE_CONTROL_FAULT] = VERDICT_FAIL,
	[REASON_WRITE_REFUSED] = VERDICT_FAIL,
	[REASON_CAPABILITY_FAULT] = VERDICT_FAIL,
	[REASON_CAPABILITY_INVALID] = VERDICT_FAIL,
	[REASON_CR_FIXED_BITS] = VERDICT_FAIL,
	[REASON_VMXON_FAULT] = VERDICT_FAIL,
	[REASON_VMXON_FAIL_INVALID] = VERDICT_FAIL,
	[REASON_VMXON_FAIL_VALID] = VERDICT_FAIL,
	[REASON_VMXON_NO_EFFECT] = VERDICT_FAIL,
	[REASON_VMXOFF] = VERDICT_FAIL,
	[REASON_VMCS] = VERDICT_FAIL,
	[REASON_VM_CONTROLS] = VERDICT_FAIL,
	[REASON_VM_ENTRY] = VERDICT_FAIL,
	[REASON_VM_EXIT] = VERDICT_FAIL,
	[REASON_AP_TIMEOUT] = VERDICT_FAIL,
	[REASON_AP_UNREACHABLE] = VERDICT_FAIL,
	[REASON_APIC_DISABLED] = VERDICT_FAIL,
	[REASON_OUT_OF_MEMORY] = VERDICT_FAIL,
	[REASON_NO_LOW_MEMORY] = VERDICT_FAIL,
	[REASON_NO_CPU_LIST] = VERDICT_FAIL,
	[REASON_NOT_FINISHED] = VERDICT_FAIL,
	[REASON_PANIC] = VERDICT_ERROR,
	[REASON_EXCEPTION] = VERDICT_ERROR,
	[REASON_NMI] = VERDICT_ERROR,
	[REASON_MACHINE_CHECK] = VERDICT_ERROR,
	[REASON_NOT_SEEN] = VERDICT_ERROR,
};

/*
 * The reasons that end a run early. With observe, a failure is a result and the verdict is
 * OBSERVED. After one of these failures the verdict is ERROR even then: the run did not observe
 * everything.
 */
static const reason_set cut_short =
	1u << REASON_PANIC | 1u << REASON_EXCEPTION | 1u << REASON_NMI | 1u << REASON_MACHINE_CHECK;

enum verdict verdict_of_reason(enum reason reason)
{
	return verdict_by_reason[reason];
}

/*
 * The worst verdict wins, and only its reasons follow it: on a machine where one CPU hangs and
 * another has VMX disabled, the person must look at the hang first.
 */
struct run_verdict verdict_of_reasons(reason_set reasons, bool observe)
{
	struct run_verdict result = {.verdict = VERDICT_PASS};

	for (enum reason reason = REASON_NONE + 1; reason < REASON_COUNT; reason++) {
		enum verdict verdict = verdict_of_reason(reason);

		if (!(reasons >> reason & 1) || verdict < result.would_be)
			continue;
		if (verdict > result.would_be)
			result.reasons = 0;
		result.would_be = verdict;
		result.reasons |= 1u << reason;
	}
	result.verdict = observe && !(reasons & cut_short) ? VERDICT_OBSERVED : result.would_be;
	return result;
}

struct run_verdict verdict_decide(const struct machine *machine)
{
	reason_set reasons = 1u << machine->failure;

	for (uint32_t i = 0; i < machine->cpus.count; i++)
		reasons |= 1u << cpu_reason(machine->cpus.cpu[i]);
	return verdict_of_reasons(reasons, machine->observe);
}

const char *verdict_name(enum verdict verdict)
{
	return verdicts[verdict].name;
}

uint8_t verdict_exit_code(enum verdict verdict)
{
	return verdicts[verdict].exit_code;
}
