/* Decides what the self-test tries on a CPU. Pure. */
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/selftest/selftest_entry.h"

bool selftest_is_needed(const struct selftest_check *check, const struct vmx_evidence *evidence)
{
	return selftest_lacks(check->needs, evidence).size == 0;
}

static uint64_t choice_msr(uint32_t msr, const struct vmx_evidence *evidence)
{
	return evidence->msr[msr - VMX_MSR_FIRST].value;
}

/*
 * The newer fields of controls have 64 bits, and an MSR that has only what may be 1; so has that of
 * VM functions: SDM vol. 3D A.11 "VM Functions".
 */
static uint64_t choice_may_be_1(uint16_t field, const struct vmx_evidence *evidence)
{
	switch (field) {
	case TERTIARY_CONTROLS:
		return choice_msr(IA32_VMX_PROCBASED_CTLS3, evidence);
	case SECONDARY_EXIT_CONTROLS:
		return choice_msr(IA32_VMX_EXIT_CTLS2, evidence);
	case VM_FUNCTION_CONTROLS:
		return choice_msr(IA32_VMX_VMFUNC, evidence);
	default:
		break;
	}
	for (enum controls_field i = 0; i < CONTROLS_COUNT; i++) {
		if (controls_vmcs_field(i) == field)
			return controls_allowed(i, evidence) >> VMX_ALLOWED1_SHIFT | UINT64_MAX
			                                                                     << 32;
	}
	return UINT64_MAX;
}

static uint64_t choice_must_be_1(uint16_t field, const struct vmx_evidence *evidence)
{
	for (enum controls_field i = 0; i < CONTROLS_COUNT; i++) {
		if (controls_vmcs_field(i) == field)
			return (uint32_t)controls_allowed(i, evidence);
	}
	return 0;
}

uint64_t entry_items(const struct entry_loop *loop, const struct vmx_evidence *evidence)
{
	switch ((enum entry_items)loop->items) {
	case ITEMS_MUST_BE_1:
		return choice_must_be_1(loop->field, evidence);
	case ITEMS_MUST_BE_0:
		return ~choice_may_be_1(loop->field, evidence);
	case ITEMS_FIXED_TO_0:
		return ~choice_msr((uint32_t)loop->value, evidence);
	case ITEMS_BITS:
		return loop->value;
	default:
		return loop->mask;
	}
}

uint64_t entry_changed(uint64_t before, unsigned how, uint64_t value)
{
	if (how & IN_HIGH_HALF)
		value <<= 32;
	switch (how & 3) {
	case BITS_CLEARED:
		return before & ~value;
	case BITS_SET:
		return before | value;
	default:
		return value;
	}
}
