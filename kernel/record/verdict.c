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

static const struct {
	enum verdict verdict;
	const char *code;
} reasons[REASON_COUNT] = {
	[REASON_NONE] = {VERDICT_PASS, ""},
	[REASON_NO_VMX] = {VERDICT_UNSUPPORTED, "no-vmx"},
	[REASON_LOCKED_OFF] = {VERDICT_BLOCKED, "feature-control-locked-off"},
	[REASON_SMX_ONLY] = {VERDICT_BLOCKED, "feature-control-smx-only"},
	[REASON_FEATURE_CONTROL_FAULT] = {VERDICT_FAIL, "feature-control-fault"},
	[REASON_WRITE_REFUSED] = {VERDICT_FAIL, "feature-control-write-refused"},
	[REASON_CAPABILITY_FAULT] = {VERDICT_FAIL, "capability-msr-fault"},
	[REASON_CR_FIXED_BITS] = {VERDICT_FAIL, "cr-fixed-bits"},
	[REASON_VMXON_FAULT] = {VERDICT_FAIL, "vmxon-fault"},
	[REASON_VMXON_FAIL_INVALID] = {VERDICT_FAIL, "vmxon-fail-invalid"},
	[REASON_VMXON_FAIL_VALID] = {VERDICT_FAIL, "vmxon-fail-valid"},
	[REASON_VMXON_NO_EFFECT] = {VERDICT_FAIL, "vmxon-no-effect"},
	[REASON_VMXOFF] = {VERDICT_FAIL, "vmxoff-failed"},
	[REASON_VMCS] = {VERDICT_FAIL, "vmcs"},
	[REASON_VM_CONTROLS] = {VERDICT_FAIL, "vm-controls"},
	[REASON_VM_ENTRY] = {VERDICT_FAIL, "vm-entry"},
	[REASON_VM_EXIT] = {VERDICT_FAIL, "vm-exit"},
	[REASON_AP_TIMEOUT] = {VERDICT_FAIL, "ap-timeout"},
	[REASON_AP_UNREACHABLE] = {VERDICT_FAIL, "ap-unreachable"},
	[REASON_OUT_OF_MEMORY] = {VERDICT_FAIL, "out-of-memory"},
	[REASON_NO_CPU_LIST] = {VERDICT_FAIL, "no-cpu-list"},
	[REASON_NOT_FINISHED] = {VERDICT_FAIL, "not-finished"},
	[REASON_PANIC] = {VERDICT_ERROR, "panic"},
	[REASON_EXCEPTION] = {VERDICT_ERROR, "exception"},
	[REASON_NOT_SEEN] = {VERDICT_ERROR, "not-seen"},
};

const char *verdict_name(enum verdict verdict)
{
	return verdicts[verdict].name;
}

uint8_t verdict_exit_code(enum verdict verdict)
{
	return verdicts[verdict].exit_code;
}

const char *reason_code(enum reason reason)
{
	return reasons[reason].code;
}

enum verdict reason_verdict(enum reason reason)
{
	return reasons[reason].verdict;
}
