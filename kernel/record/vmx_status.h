/*
 * How an instruction ended: a VMX instruction, a VM entry, or one such as WRMSR that only succeeds
 * or faults. Pure.
 */
#ifndef KERNEL_VMX_STATUS_H
#define KERNEL_VMX_STATUS_H

#include "kernel/lib/text.h"

#include <stdbool.h>
#include <stdint.h>

/* VMsucceed, VMfailInvalid and VMfailValid are those of SDM vol. 3C 30.2 "Conventions". */
enum vmx_status_kind {
	VMX_NOT_TRIED,
	VMX_SUCCEEDED,
	VMX_FAIL_INVALID,
	VMX_FAIL_VALID,   /* number: the VM-instruction error */
	VMX_FAULTED,      /* number: the vector */
	VMX_NO_EFFECT,    /* it was not executed: it changed neither CF nor ZF, or nothing else */
	VMX_EXITED,       /* VM entry, then VM exit; number: the basic exit reason */
	VMX_ENTRY_FAILED, /* bit 31 of the exit reason was set; number: the basic one */
	VMX_WRONG_VALUE,  /* it succeeded with a wrong result */
};

struct vmx_status {
	uint8_t kind; /* enum vmx_status_kind */
	uint8_t number;
	uint16_t error_code; /* of VMX_FAULTED; 16 bits suffice for the faults that rootmode
	                        recovers */
};

_Static_assert(sizeof(struct vmx_status) == 4, "no padding, so memcmp() can compare it");

static inline bool vmx_succeeded(struct vmx_status status)
{
	return status.kind == VMX_SUCCEEDED;
}

static inline bool vmx_faulted(struct vmx_status status)
{
	return status.kind == VMX_FAULTED;
}

/* Continues the order of two things that each have a status: kernel/lib/order.h. */
void vmx_status_order(int *order, struct vmx_status a, struct vmx_status b);

static inline bool vmx_status_same(struct vmx_status a, struct vmx_status b)
{
	return a.kind == b.kind && a.number == b.number && a.error_code == b.error_code;
}

/* Returns the kind as the report's value: "succeeded", "fail-invalid", ... */
const char *vmx_status_key(enum vmx_status_kind kind);

/* Prints, for example, "VMfailValid 7 (VM entry with invalid control field(s))". */
void vmx_status_print(struct vmx_status status, struct text *to);

#endif
