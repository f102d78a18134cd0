/* How a run, or one CPU, ended: the verdicts and reason codes of docs/serial-log.md. Pure. */
#ifndef KERNEL_VERDICT_H
#define KERNEL_VERDICT_H

#include <stdint.h>

/* In rising order of weight: of several CPUs' verdicts the last one here is the run's. */
enum verdict {
	VERDICT_PASS,
	VERDICT_OBSERVED,
	VERDICT_UNSUPPORTED,
	VERDICT_BLOCKED,
	VERDICT_FAIL,
	VERDICT_ERROR,
};

enum reason {
	REASON_NONE,
	REASON_NO_VMX,
	REASON_LOCKED_OFF,
	REASON_SMX_ONLY,
	REASON_FEATURE_CONTROL_FAULT,
	REASON_WRITE_REFUSED,
	REASON_CAPABILITY_FAULT,
	REASON_CR_FIXED_BITS,
	REASON_VMXON_FAULT,
	REASON_VMXON_FAIL_INVALID,
	REASON_VMXON_FAIL_VALID,
	REASON_VMXON_NO_EFFECT,
	REASON_VMXOFF,
	REASON_VMCS,
	REASON_VM_CONTROLS,
	REASON_VM_ENTRY,
	REASON_VM_EXIT,
	REASON_AP_TIMEOUT,
	REASON_AP_UNREACHABLE,
	REASON_OUT_OF_MEMORY,
	REASON_NO_CPU_LIST,
	REASON_NOT_FINISHED,
	REASON_PANIC,
	REASON_EXCEPTION,
	REASON_NOT_SEEN,
	REASON_COUNT,
};

/* The word behind "RESULT: ". */
const char *verdict_name(enum verdict verdict);

/* What a person or program on the other side of an emulator's debug exit gets. */
uint8_t verdict_exit_code(enum verdict verdict);

/* The code behind the verdict; "" for REASON_NONE. */
const char *reason_code(enum reason reason);

/* The verdict that a reason leads to. */
enum verdict reason_verdict(enum reason reason);

#endif
