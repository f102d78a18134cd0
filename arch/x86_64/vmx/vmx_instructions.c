/* Decodes how a VMX instruction ended. */
#include "arch/x86_64/vmx/vmx_instructions.h"

#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/vmcs_fields.h"

static uint8_t instruction_error(void)
{
	uint64_t error = 0;

	vmread_safe(VM_INSTRUCTION_ERROR, &error);
	return (uint8_t)error;
}

/*
 * SDM vol. 3C 30.2 "Conventions": CF alone means VMfailInvalid, ZF alone VMfailValid, neither of
 * them VMsucceed. Both together mean that the instruction changed no flag, because both were set
 * before.
 */
struct vmx_status vmx_status_of(raw_status_t raw)
{
	if (raw & RAW_FAULT)
		return raw_fault(raw);
	switch (raw & (EFLAGS_CF | EFLAGS_ZF)) {
	case 0:
		return (struct vmx_status){.kind = VMX_SUCCEEDED};
	case EFLAGS_CF:
		return (struct vmx_status){.kind = VMX_FAIL_INVALID};
	case EFLAGS_ZF:
		return (struct vmx_status){.kind = VMX_FAIL_VALID, .number = instruction_error()};
	default:
		return (struct vmx_status){.kind = VMX_NO_EFFECT};
	}
}
