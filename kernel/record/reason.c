#include "kernel/record/reason.h"

static const char *const codes[REASON_COUNT] = {
	[REASON_NONE] = "",
	[REASON_NO_VMX] = "no-vmx",
	[REASON_NO_LONG_MODE] = "no-long-mode",
	[REASON_LOCKED_OFF] = "feature-control-locked-off",
	[REASON_SMX_ONLY] = "feature-control-smx-only",
	[REASON_FEATURE_CONTROL_FAULT] = "feature-control-fault",
	[REASON_WRITE_REFUSED] = "feature-control-write-refused",
	[REASON_CAPABILITY_FAULT] = "capability-msr-fault",
	[REASON_CAPABILITY_INVALID] = "capability-msr-invalid",
	[REASON_CR_FIXED_BITS] = "cr-fixed-bits",
	[REASON_VMXON_FAULT] = "vmxon-fault",
	[REASON_VMXON_FAIL_INVALID] = "vmxon-fail-invalid",
	[REASON_VMXON_FAIL_VALID] = "vmxon-fail-valid",
	[REASON_VMXON_NO_EFFECT] = "vmxon-no-effect",
	[REASON_VMXOFF] = "vmxoff-failed",
	[REASON_VMCS] = "vmcs",
	[REASON_VM_CONTROLS] = "vm-controls",
	[REASON_VM_ENTRY] = "vm-entry",
	[REASON_VM_EXIT] = "vm-exit",
	[REASON_AP_TIMEOUT] = "ap-timeout",
	[REASON_AP_UNREACHABLE] = "ap-unreachable",
	[REASON_APIC_DISABLED] = "apic-disabled",
	[REASON_OUT_OF_MEMORY] = "out-of-memory",
	[REASON_NO_LOW_MEMORY] = "no-low-memory",
	[REASON_NO_CPU_LIST] = "no-cpu-list",
	[REASON_NOT_FINISHED] = "not-finished",
	[REASON_PANIC] = "panic",
	[REASON_EXCEPTION] = "exception",
	[REASON_NMI] = "nmi",
	[REASON_MACHINE_CHECK] = "machine-check",
	[REASON_NOT_SEEN] = "not-seen",
};

const char *reason_code(enum reason reason)
{
	return codes[reason];
}
