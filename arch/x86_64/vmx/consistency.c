#include "arch/x86_64/vmx/consistency.h"

#include "arch/x86_64/registers.h"
#include "kernel/lib/count.h"

#include <stddef.h>

static uint64_t consistency_msr(const struct vmx_evidence *evidence, uint32_t msr)
{
	return evidence->msr[msr - VMX_MSR_FIRST].value;
}

static const char *check_basic(uint64_t basic)
{
	uint64_t size = basic >> VMX_BASIC_REGION_SIZE_SHIFT & VMX_BASIC_REGION_SIZE;

	if (size == 0 || size > VMX_REGION_SIZE_MAX)
		return "the size of the VMXON region, bits 44:32, must be 1 to 4096 "
		       "(SDM vol. 3D A.1 \"Basic VMX Information\")";
	if (basic & VMX_BASIC_ALWAYS_0)
		return "bit 31 must be 0 (SDM vol. 3D A.1 \"Basic VMX Information\")";
	return NULL;
}

static const char *check_cr0(uint64_t fixed0, uint64_t fixed1)
{
	if (fixed0 & ~fixed1)
		return "each bit that is 1 in IA32_VMX_CR0_FIXED0 must be 1 "
		       "(SDM vol. 3D A.7 \"VMX-Fixed Bits in CR0\")";
	if (~fixed1 & (CR0_PE | CR0_PG))
		return "the bits of CR0.PE and CR0.PG must be 1 "
		       "(SDM vol. 3C 23.8 \"Restrictions on VMX Operation\")";
	return NULL;
}

static const char *check_cr4(uint64_t fixed0, uint64_t fixed1)
{
	if (fixed0 & ~fixed1)
		return "each bit that is 1 in IA32_VMX_CR4_FIXED0 must be 1 "
		       "(SDM vol. 3D A.8 \"VMX-Fixed Bits in CR4\")";
	if (~fixed1 & CR4_VMXE)
		return "the bit of CR4.VMXE must be 1 "
		       "(SDM vol. 3C 23.8 \"Restrictions on VMX Operation\")";
	return NULL;
}

struct vmx_invalid consistency_check(const struct vmx_evidence *evidence)
{
	uint64_t cr0_fixed0 = consistency_msr(evidence, IA32_VMX_CR0_FIXED0);
	uint64_t cr0_fixed1 = consistency_msr(evidence, IA32_VMX_CR0_FIXED1);
	uint64_t cr4_fixed0 = consistency_msr(evidence, IA32_VMX_CR4_FIXED0);
	uint64_t cr4_fixed1 = consistency_msr(evidence, IA32_VMX_CR4_FIXED1);
	const struct vmx_invalid checks[] = {
		{IA32_VMX_BASIC, check_basic(consistency_msr(evidence, IA32_VMX_BASIC))},
		{IA32_VMX_CR0_FIXED1, check_cr0(cr0_fixed0, cr0_fixed1)},
		{IA32_VMX_CR4_FIXED1, check_cr4(cr4_fixed0, cr4_fixed1)},
	};

	for (unsigned i = 0; i < COUNT_OF(checks); i++) {
		if (checks[i].rule != NULL)
			return checks[i];
	}
	return (struct vmx_invalid){0};
}
