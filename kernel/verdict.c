#include "kernel/verdict.h"

#include <stddef.h>

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
	const char *hint;
} reasons[REASON_COUNT] = {
	[REASON_NONE] = {VERDICT_PASS, "", NULL},
	[REASON_NO_VMX] = {VERDICT_UNSUPPORTED, "no-vmx",
			   "use an Intel CPU with VT-x; in a virtual machine, have the host offer it "
			   "(KVM: kvm_intel nested=1 and -cpu host)"},
	[REASON_LOCKED_OFF] = {VERDICT_BLOCKED, "feature-control-locked-off",
			       "switch on \"Intel Virtualization Technology\" (VT-x, VMX) in the firmware's "
			       "setup, then power the machine off and on; it cannot be changed until then"},
	[REASON_SMX_ONLY] = {VERDICT_BLOCKED, "feature-control-smx-only",
			     "the firmware allows VMX only after a measured launch: look for \"Trusted "
			     "Execution Technology\" (TXT) in its setup, switch that off or VT-x fully on"},
	[REASON_FEATURE_CONTROL_FAULT] = {VERDICT_FAIL, "feature-control-fault",
					  "CPUID offers VMX without the MSR that goes with it: update the "
					  "hypervisor underneath, or the firmware"},
	[REASON_WRITE_REFUSED] = {VERDICT_FAIL, "feature-control-write-refused",
				  "something locks VMX off or intercepts the write: look at the firmware's "
				  "setup, and at the hypervisor underneath if there is one"},
	[REASON_CAPABILITY_FAULT] = {VERDICT_FAIL, "capability-msr-fault",
				     "CPUID offers VMX without its capability MSRs: update the hypervisor "
				     "underneath, or the firmware"},
	[REASON_CR_FIXED_BITS] = {VERDICT_FAIL, "cr-fixed-bits",
				  "this CPU's VMX wants CR0 or CR4 bits that rootmode cannot give it; please "
				  "report the log"},
	[REASON_VMXON_FAULT] = {VERDICT_FAIL, "vmxon-fault",
				"the checks before VMXON held, so the CPU or the hypervisor underneath "
				"deviates from the manual; please report the log"},
	[REASON_VMXON_FAIL_INVALID] = {VERDICT_FAIL, "vmxon-fail-invalid",
				       "the CPU or the hypervisor underneath did not take the VMXON region; "
				       "please report the log"},
	[REASON_VMXON_FAIL_VALID] = {VERDICT_FAIL, "vmxon-fail-valid",
				     "the CPU was in VMX root operation before: something that started "
				     "earlier (firmware, loader) left it there"},
	[REASON_VMXON_NO_EFFECT] = {VERDICT_FAIL, "vmxon-no-effect",
				    "VMXON changed no flag, which no CPU may do: look at the emulator or "
				    "hypervisor underneath"},
	[REASON_VMXOFF] = {VERDICT_FAIL, "vmxoff-failed",
			   "power the machine off and on: a CPU left in VMX operation blocks INIT"},
	[REASON_AP_TIMEOUT] = {VERDICT_FAIL, "ap-timeout",
			       "the firmware lists CPUs that do not start: update it, or leave them out with "
			       "cpus=N"},
	[REASON_OUT_OF_MEMORY] = {VERDICT_FAIL, "out-of-memory",
				  "give the machine more memory, or use fewer CPUs with cpus=N"},
	[REASON_NO_CPU_LIST] = {VERDICT_FAIL, "no-cpu-list",
				"without ACPI's MADT only this CPU can be found: switch ACPI on in the "
				"firmware or the virtual machine"},
	[REASON_PANIC] = {VERDICT_ERROR, "panic", "this is a defect of rootmode; please report the log"},
	[REASON_EXCEPTION] = {VERDICT_ERROR, "exception",
			      "this is a defect of rootmode or of the machine; please report the log"},
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

const char *reason_hint(enum reason reason)
{
	return reasons[reason].hint;
}
