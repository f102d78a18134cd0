/*
 * arch/x86_64/vmx/vmx_instructions.h: how a VMX instruction ended.
 *
 * bound: every raw status
 * sources: arch/x86_64/vmx/vmx_instructions.c
 */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/vmcs_fields.h"
#include "arch/x86_64/vmx/vmx_instructions.h"
#include "tests/proof/claims.h"

static unsigned reads;
static uint64_t error;

raw_status_t vmread_safe(uint64_t field, uint64_t *value)
{
	CLAIM(field == VM_INSTRUCTION_ERROR, "no other field is read");
	reads++;
	*value = error = nondet_u64();
	return nondet_u64();
}

/* SDM vol. 3C 30.2 "Conventions"; CF and ZF are set before the instruction. */
void a_status_is_the_one_of_the_sdm(void)
{
	raw_status_t raw = nondet_u64();
	struct vmx_status status = vmx_status_of(raw);
	bool fault = raw >> 63, cf = raw & EFLAGS_CF, zf = raw & EFLAGS_ZF;

	CLAIM((status.kind == VMX_FAULTED) == fault, "a fault");
	CLAIM((status.kind == VMX_SUCCEEDED) == (!fault && !cf && !zf), "VMsucceed: no flag");
	CLAIM((status.kind == VMX_FAIL_INVALID) == (!fault && cf && !zf), "VMfailInvalid: CF");
	CLAIM((status.kind == VMX_FAIL_VALID) == (!fault && !cf && zf), "VMfailValid: ZF");
	CLAIM((status.kind == VMX_NO_EFFECT) == (!fault && cf && zf), "not executed: both");
	CLAIM((reads > 0) == (status.kind == VMX_FAIL_VALID), "only VMfailValid has a number");
	CLAIM(status.kind != VMX_FAIL_VALID || status.number == (uint8_t)error, "which is told");
	CLAIM(!fault ||
	              (status.number == (raw >> 32 & 0xFF) && status.error_code == (raw & 0xFFFF)),
	      "a fault has its vector and error code");
	if (status.kind == VMX_FAIL_VALID)
		REACHED("VMfailValid");
	if (status.kind == VMX_SUCCEEDED)
		REACHED("VMsucceed");
	if (fault)
		REACHED("a fault");
}
