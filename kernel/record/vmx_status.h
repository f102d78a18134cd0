/* How an instruction ended: a VMX instruction, a VM entry, or one that only succeeds or faults.
 * Pure. */
#ifndef KERNEL_VMX_STATUS_H
#define KERNEL_VMX_STATUS_H

#include "kernel/lib/text.h"

#include <stdbool.h>
#include <stdint.h>

/* SDM vol. 3C 30.2 "Conventions" */
enum vmx_status_kind {
	VMX_NOT_TRIED,
	VMX_SUCCEEDED,
	VMX_FAIL_INVALID,
	VMX_FAIL_VALID,   /* number: the VM-instruction error */
	VMX_FAULTED,      /* number: the vector */
	VMX_NO_EFFECT,    /* it changed neither CF nor ZF, which no CPU may do */
	VMX_EXITED,       /* a VM entry, then a VM exit; number: the basic exit reason */
	VMX_ENTRY_FAILED, /* number: the basic exit reason, in which bit 31 was set */
	VMX_WRONG_VALUE,  /* success, with a wrong result */
};

struct vmx_status {
	uint8_t kind; /* enum vmx_status_kind */
	uint8_t number;
	uint16_t error_code; /* of VMX_FAULTED; no fault that is recovered from has more bits */
};

_Static_assert(sizeof(struct vmx_status) == 4, "it has no padding, so memcmp() compares it");

static inline bool vmx_succeeded(struct vmx_status status)
{
	return status.kind == VMX_SUCCEEDED;
}

static inline bool vmx_faulted(struct vmx_status status)
{
	return status.kind == VMX_FAULTED;
}

static inline bool vmx_status_same(struct vmx_status a, struct vmx_status b)
{
	return a.kind == b.kind && a.number == b.number && a.error_code == b.error_code;
}

/* The kind as a key's value in the report: "succeeded", "fail-invalid", ... */
const char *vmx_status_key(enum vmx_status_kind kind);

/* "VMfailValid 7 (VM entry with invalid control field(s))" */
void vmx_status_print(struct vmx_status status, struct text *to);

#endif
