/*
 * arch/x86_64/vmx/guest/controls.h: controls lie within what the CPU allows, or are refused.
 *
 * bound: every capability, every set of controls
 * sources: arch/x86_64/vmx/guest/controls.c arch/x86_64/vmx/guest/entry_check.c
 * kernel/record/record.c
 */
#include "arch/x86_64/vmx/guest/controls.h"
#include "tests/proof/any_evidence.h"

static enum controls_field any_field(void)
{
	uint32_t field = nondet_u32();

	GIVEN(field < CONTROLS_COUNT); /* the type has no other */
	return (enum controls_field)field;
}

void a_control_field_is_within_its_capability_or_refused(void)
{
	uint64_t allowed = nondet_u64();
	uint32_t must_be_1 = (uint32_t)allowed, may_be_1 = (uint32_t)(allowed >> 32);
	uint32_t wanted = nondet_u32(), denied = nondet_u32();
	uint32_t value = controls_settle(any_field(), allowed, wanted, &denied);

	if (denied != 0) {
		CLAIM(!(denied & may_be_1), "what is refused is not allowed");
		CLAIM(!(denied & ~(wanted | must_be_1)), "and was wanted, or is demanded");
		REACHED("a refusal");
		return;
	}
	CLAIM((value & wanted) == wanted, "all that are wanted are 1");
	CLAIM((value & must_be_1) == must_be_1, "all that must be 1 are 1");
	CLAIM(!(value & ~may_be_1), "all that must be 0 are 0");
	REACHED("a value");
}

void a_control_is_1_only_if_it_is_wanted_demanded_or_of_the_default1_class(void)
{
	static const uint32_t default1[] = {
		[CONTROLS_PIN] = PIN_DEFAULT1,   [CONTROLS_PRIMARY] = PRIMARY_DEFAULT1,
		[CONTROLS_EXIT] = EXIT_DEFAULT1, [CONTROLS_ENTRY] = ENTRY_DEFAULT1,
		[CONTROLS_SECONDARY] = 0,
	};
	enum controls_field field = any_field();
	uint64_t allowed = nondet_u64();
	uint32_t wanted = nondet_u32(), denied = nondet_u32();
	uint32_t value = controls_settle(field, allowed, wanted, &denied);

	CLAIM(!(value & ~(wanted | (uint32_t)allowed | default1[field])), "no other is 1");
	REACHED("the end");
}

void ept_and_real_mode_are_used_only_where_the_cpu_has_them(void)
{
	struct vmx_evidence evidence = any_evidence();
	uint64_t secondary = reading_of(&evidence, IA32_VMX_PROCBASED_CTLS2).value >> 32;
	uint64_t can = reading_of(&evidence, IA32_VMX_EPT_VPID_CAP).value;

	if (controls_ept(&evidence)) {
		CLAIM(secondary & SECONDARY_EPT, "EPT is allowed");
		CLAIM(can & EPT_VPID_WALK_LENGTH_4, "its tables may have four levels");
		CLAIM(controls_ept_pointer(&evidence, 0) & VMX_MEMORY_WRITE_BACK
		              ? can & EPT_VPID_WRITE_BACK
		              : can & EPT_VPID_UNCACHEABLE,
		      "the memory type is one that the CPU offers");
		REACHED("EPT");
	}
	if (controls_real_mode(&evidence)) {
		CLAIM(secondary & SECONDARY_UNRESTRICTED, "unrestricted guest is allowed");
		CLAIM(controls_ept(&evidence), "with EPT, which it needs");
		REACHED("a guest in real mode");
	}
}

void the_msr_of_a_field_is_its_own_and_is_in_the_evidence(void)
{
	struct vmx_evidence evidence = any_evidence();
	enum controls_field field = any_field(), other = any_field();
	bool true_controls = nondet_u8() & 1;
	uint32_t msr = controls_msr(field, true_controls);

	CLAIM(msr > IA32_VMX_BASIC && msr < VMX_MSR_FIRST + VMX_MSR_COUNT, "it is recorded");
	CLAIM(field == other || msr != controls_msr(other, true_controls), "no two share one");
	CLAIM(field == other || controls_vmcs_field(field) != controls_vmcs_field(other),
	      "nor a field of the VMCS");
	CLAIM(controls_allowed(field, &evidence) ==
	              reading_of(&evidence, controls_msr(field, evidence.basic.true_controls))
	                      .value,
	      "the TRUE MSR counts where there is one");
	REACHED("the end");
}
