#include "tools/check/unread.h"

#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/plan.h"

static uint32_t unread_bit(uint32_t msr)
{
	return 1U << (msr - VMX_MSR_FIRST);
}

/* Returns the MSR that says whether an MSR exists, as vmx_msr_exists() reads them; 0: it does. */
static uint32_t decided_by(uint32_t msr)
{
	switch (msr) {
	case IA32_VMX_PROCBASED_CTLS2:
	case IA32_VMX_PROCBASED_CTLS3:
		return IA32_VMX_PROCBASED_CTLS;
	case IA32_VMX_EPT_VPID_CAP:
	case IA32_VMX_VMFUNC:
		return IA32_VMX_PROCBASED_CTLS2;
	case IA32_VMX_EXIT_CTLS2:
		return IA32_VMX_EXIT_CTLS;
	default:
		return msr >= IA32_VMX_TRUE_PINBASED_CTLS ? IA32_VMX_BASIC : 0;
	}
}

/* The MSRs that decide have lower numbers. */
uint32_t unread_find(const struct vmx_evidence *evidence)
{
	uint32_t unread = 0;

	for (unsigned i = 0; evidence->vmx && i < VMX_MSR_COUNT; i++) {
		uint32_t decider = decided_by(VMX_MSR_FIRST + i);
		bool open = decider != 0 && (unread & unread_bit(decider)) != 0;

		if (evidence->msr[i].state == MSR_NOT_READ && (open || vmx_msr_exists(evidence, i)))
			unread |= unread_bit(VMX_MSR_FIRST + i);
	}
	return unread;
}
