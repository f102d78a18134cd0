/*
 * arch/x86_64/vmx/plan.h: what is written, loaded and tried, on any CPU.
 *
 * bound: every value and state of every register
 * sources: arch/x86_64/vmx/plan.c arch/x86_64/vmx/consistency.c arch/x86_64/vmx/predict.c
 * kernel/record/record.c
 */
#include "arch/x86_64/vmx/plan.h"
#include "arch/x86_64/vmx/predict.h"
#include "tests/proof/any_evidence.h"

#define KEPT \
	(IA32_FEATURE_CONTROL_SGX_LAUNCH | IA32_FEATURE_CONTROL_SGX | IA32_FEATURE_CONTROL_LMCE)

void a_register_that_is_locked_or_was_not_read_is_never_written(void)
{
	struct vmx_evidence evidence = any_evidence();
	struct vmx_plan plan;

	vmx_plan(&evidence, &plan);
	if (!plan.write_feature_control)
		return;
	CLAIM(evidence.vmx, "the CPU has VMX");
	CLAIM(evidence.feature_control.state == MSR_READ, "IA32_FEATURE_CONTROL was read");
	CLAIM(!(evidence.feature_control.value & IA32_FEATURE_CONTROL_LOCK), "it is unlocked");
	REACHED("a plan that writes");
}

void what_is_written_is_locked_allows_vmx_and_keeps_sgx_and_lmce(void)
{
	struct vmx_evidence evidence = any_evidence();
	struct vmx_plan plan;
	uint64_t vmx = IA32_FEATURE_CONTROL_LOCK | IA32_FEATURE_CONTROL_VMX_OUTSIDE_SMX;

	vmx_plan(&evidence, &plan);
	if (!plan.write_feature_control)
		return;
	CLAIM((plan.feature_control & vmx) == vmx, "lock and VMX outside SMX are 1");
	CLAIM(((plan.feature_control & IA32_FEATURE_CONTROL_VMX_IN_SMX) != 0) == evidence.smx,
	      "VMX inside SMX is 1 where CPUID has SMX, and only there");
	CLAIM((plan.feature_control & KEPT) == (evidence.feature_control.value & KEPT),
	      "the bits of SGX and LMCE are as they were");
	CLAIM(!(plan.feature_control & ~(vmx | KEPT | IA32_FEATURE_CONTROL_VMX_IN_SMX)),
	      "no other bit is 1");
	REACHED("a plan that writes");
}

void a_plan_that_does_not_stop_is_predicted_to_succeed(void)
{
	struct vmx_evidence evidence = any_evidence();
	uint64_t region_phys = nondet_u64();
	struct vmx_plan plan;

	GIVEN(region_phys % 4096 == 0 && region_phys >> 32 == 0); /* memory.c takes it so */
	GIVEN(evidence.physical_address_bits >= 32); /* or memory below 4 GiB were not there */
	vmx_plan(&evidence, &plan);
	if (plan.stop != REASON_NONE)
		return;
	CLAIM(vmxon_predict_plan(&evidence, &plan, region_phys).status.kind == VMX_SUCCEEDED,
	      "VMXON is predicted to succeed");
	REACHED("a plan that does not stop");
}

void cr0_and_cr4_keep_what_the_kernel_needs_and_get_nothing_unknown(void)
{
	const uint64_t needed0 = CR0_PE | CR0_WP | CR0_PG, needed4 = CR4_PAE;
	const uint64_t new0 = CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_PG;
	const uint64_t new4 = CR4_PAE | CR4_VMXE | CR4_DE | CR4_PSE | CR4_MCE;
	struct vmx_evidence evidence = any_evidence();
	struct vmx_plan plan;

	/* start.asm and trampoline.asm set these, or this kernel did not run in 64-bit mode. */
	GIVEN((evidence.cr0 & needed0) == needed0 && (evidence.cr4 & needed4) == needed4);
	vmx_plan(&evidence, &plan);
	if (plan.stop != REASON_NONE)
		return;
	CLAIM((plan.cr0 & needed0) == needed0, "CR0 keeps PE, WP and PG");
	CLAIM((plan.cr4 & needed4) == needed4, "CR4 keeps PAE");
	CLAIM(plan.cr4 & CR4_VMXE, "CR4.VMXE is set");
	CLAIM(!(plan.cr0 & ~evidence.cr0 & ~new0), "CR0 gets no bit that may do harm");
	CLAIM(!(plan.cr4 & ~evidence.cr4 & ~new4), "CR4 gets no bit that may do harm");
	CLAIM(!(evidence.cr0 & ~plan.cr0 & reading_of(&evidence, IA32_VMX_CR0_FIXED1).value),
	      "CR0 loses no bit that the CPU allows");
	CLAIM(!(evidence.cr4 & ~plan.cr4 & reading_of(&evidence, IA32_VMX_CR4_FIXED1).value),
	      "CR4 loses no bit that the CPU allows");
	REACHED("a plan that does not stop");
}

void a_plan_needs_a_region_of_the_size_and_revision_that_the_sdm_allows(void)
{
	struct vmx_evidence evidence = any_evidence();
	struct vmx_plan plan;

	vmx_plan(&evidence, &plan);
	if (plan.stop != REASON_NONE)
		return;
	CLAIM(reading_of(&evidence, IA32_VMX_BASIC).state == MSR_READ, "IA32_VMX_BASIC was read");
	CLAIM(evidence.basic.region_size > 0, "the region is not empty");
	CLAIM(evidence.basic.region_size <= 4096, "the region fits into the page it gets");
	CLAIM(!(reading_of(&evidence, IA32_VMX_BASIC).value & BIT(31)), "bit 31 is 0");
	REACHED("a plan that does not stop");
}

void an_msr_exists_only_with_vmx_and_as_lower_ones_say(void)
{
	struct vmx_evidence evidence = any_evidence();
	unsigned index = nondet_u32(), other = nondet_u32();

	GIVEN(index < VMX_MSR_COUNT); /* the header demands it */
	GIVEN(other > 0 && other >= index && other < VMX_MSR_COUNT);
	if (!vmx_msr_exists(&evidence, index))
		return;
	CLAIM(evidence.vmx, "the CPU has VMX");
	evidence.msr[other].value = nondet_u64();
	evidence.msr[other].state = MSR_FAULTED;
	CLAIM(vmx_msr_exists(&evidence, index), "only MSRs of lower numbers decide that");
	REACHED("an MSR that exists");
}
