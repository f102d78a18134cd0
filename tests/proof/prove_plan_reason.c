/*
 * arch/x86_64/vmx/plan.h: a plan that stops gives a reason that is true of the CPU.
 *
 * bound: every value and state of every register
 * sources: arch/x86_64/vmx/plan.c arch/x86_64/vmx/consistency.c kernel/record/record.c
 */
#include "arch/x86_64/vmx/plan.h"
#include "tests/proof/any_evidence.h"

static bool is_read(const struct vmx_evidence *evidence, uint32_t msr)
{
	return reading_of(evidence, msr).state == MSR_READ;
}

static bool all_needed_are_read(const struct vmx_evidence *evidence)
{
	return is_read(evidence, IA32_VMX_BASIC) && is_read(evidence, IA32_VMX_CR0_FIXED0) &&
	       is_read(evidence, IA32_VMX_CR0_FIXED1) && is_read(evidence, IA32_VMX_CR4_FIXED0) &&
	       is_read(evidence, IA32_VMX_CR4_FIXED1);
}

static bool is_given(uint64_t conflict, const struct vmx_evidence *evidence, uint32_t fixed0,
                     uint64_t needed)
{
	uint64_t demanded = reading_of(evidence, fixed0).value;
	uint64_t allowed = reading_of(evidence, fixed0 + 1).value;

	return !(conflict & ~(demanded | (needed & ~allowed)));
}

void no_vmx_is_said_where_cpuid_has_none_and_only_there(void)
{
	struct vmx_evidence evidence = any_evidence();
	struct vmx_plan plan;

	vmx_plan(&evidence, &plan);
	CLAIM((plan.stop == REASON_NO_VMX) == !evidence.vmx, "no-vmx is CPUID's word");
	REACHED("the end");
}

void feature_control_is_blamed_for_what_it_holds(void)
{
	struct vmx_evidence evidence = any_evidence();
	struct vmx_feature_control words = record_feature_control(evidence.feature_control.value);
	bool read = evidence.feature_control.state == MSR_READ;
	struct vmx_plan plan;

	vmx_plan(&evidence, &plan);
	if (!evidence.vmx)
		return;
	CLAIM((plan.stop == REASON_FEATURE_CONTROL_FAULT) == !read, "a fault is a fault");
	CLAIM((plan.stop == REASON_LOCKED_OFF) ==
	              (read && words.locked && !words.vmx_outside_smx && !words.vmx_in_smx),
	      "locked off: locked, and neither bit allows VMX");
	CLAIM((plan.stop == REASON_SMX_ONLY) ==
	              (read && words.locked && !words.vmx_outside_smx && words.vmx_in_smx),
	      "SMX only: locked, and only the bit for SMX is 1");
	REACHED("a CPU with VMX");
}

void capabilities_are_blamed_for_what_they_hold(void)
{
	struct vmx_evidence evidence = any_evidence();
	struct vmx_plan plan;

	vmx_plan(&evidence, &plan);
	if (plan.stop == REASON_NONE) {
		CLAIM(all_needed_are_read(&evidence), "every MSR that is needed was read");
		CLAIM(plan.cr0_conflict == 0 && plan.cr4_conflict == 0, "there is no conflict");
		REACHED("a plan that does not stop");
	}
	if (plan.stop == REASON_CAPABILITY_FAULT) {
		CLAIM(!all_needed_are_read(&evidence), "one that is needed was not read");
		REACHED("capability-msr-fault");
	}
	if (plan.stop == REASON_CR_FIXED_BITS) {
		CLAIM(plan.cr0_conflict != 0 || plan.cr4_conflict != 0, "it names a bit");
		CLAIM(is_given(plan.cr0_conflict, &evidence, IA32_VMX_CR0_FIXED0,
		               CR0_PE | CR0_WP | CR0_PG),
		      "each bit of CR0 is demanded, or forbidden and needed");
		CLAIM(is_given(plan.cr4_conflict, &evidence, IA32_VMX_CR4_FIXED0,
		               CR4_PAE | CR4_VMXE),
		      "each bit of CR4 is demanded, or forbidden and needed");
		REACHED("cr-fixed-bits");
	}
}
