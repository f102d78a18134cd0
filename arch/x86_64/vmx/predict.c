/* Predicts the outcome of VMXON from the registers, by the conditions in the SDM's own order. */
#include "arch/x86_64/vmx/predict.h"

#include "arch/x86_64/registers.h"
#include "kernel/lib/count.h"
#include "kernel/record/record.h"

static uint64_t predict_msr(const struct vmxon_state *state, uint32_t address)
{
	return state->evidence->msr[address - VMX_MSR_FIRST].value;
}

/* SDM vol. 3D A.7 "VMX-Fixed Bits in CR0", SDM vol. 3D A.8 "VMX-Fixed Bits in CR4" */
static bool is_supported(uint64_t value, uint64_t fixed0, uint64_t fixed1)
{
	return (value & fixed0) == fixed0 && (value & ~fixed1) == 0;
}

/* SDM vol. 3D A.1 "Basic VMX Information": some CPUs limit VMX structures to 32-bit addresses. */
static bool is_addressable(const struct vmxon_state *state)
{
	const struct vmx_evidence *evidence = state->evidence;
	unsigned bits = evidence->basic.addresses_32bit ? 32 : evidence->physical_address_bits;

	return bits >= 64 || state->region_phys >> bits == 0;
}

/*
 * The order of the table is the order of the pseudocode of SDM vol. 3C VMXON "Enter VMX Operation".
 * It matters: if several conditions fail, the first decides between #UD, #GP and VMfailInvalid. A
 * VMXON that fails outside VMX operation has no current VMCS to hold an error number, so the region
 * conditions give VMfailInvalid.
 */
struct vmxon_prediction vmxon_predict(const struct vmxon_state *state)
{
	uint64_t fc = state->feature_control;
	uint32_t revision = state->evidence->basic.revision;
	const struct {
		bool holds;
		struct vmxon_prediction otherwise;
	} conditions[] = {
		{state->cr4 & CR4_VMXE, {{VMX_FAULTED, VECTOR_UD, 0}, "CR4.VMXE is clear"}},
		{is_supported(state->cr0, predict_msr(state, IA32_VMX_CR0_FIXED0),
	                      predict_msr(state, IA32_VMX_CR0_FIXED1)),
	         {{VMX_FAULTED, VECTOR_GP, 0}, "CR0 has a bit that VMX operation does not allow"}},
		{is_supported(state->cr4, predict_msr(state, IA32_VMX_CR4_FIXED0),
	                      predict_msr(state, IA32_VMX_CR4_FIXED1)),
	         {{VMX_FAULTED, VECTOR_GP, 0}, "CR4 has a bit that VMX operation does not allow"}},
		{fc & IA32_FEATURE_CONTROL_LOCK,
	         {{VMX_FAULTED, VECTOR_GP, 0}, "IA32_FEATURE_CONTROL is not locked"}},
		{fc & IA32_FEATURE_CONTROL_VMX_OUTSIDE_SMX,
	         {{VMX_FAULTED, VECTOR_GP, 0},
	          "IA32_FEATURE_CONTROL does not allow VMX outside SMX"}},
		{state->region_phys % 4096 == 0,
	         {{VMX_FAIL_INVALID, 0, 0}, "the VMXON region is not aligned to 4 KiB"}},
		{is_addressable(state),
	         {{VMX_FAIL_INVALID, 0, 0},
	          "the VMXON region lies beyond the physical-address width"}},
		{state->region_revision == revision,
	         {{VMX_FAIL_INVALID, 0, 0},
	          "the VMXON region does not begin with the revision identifier"}},
	};

	for (unsigned i = 0; i < COUNT_OF(conditions); i++) {
		if (!conditions[i].holds)
			return conditions[i].otherwise;
	}
	return (struct vmxon_prediction){{VMX_SUCCEEDED, 0, 0}, "all its conditions hold"};
}

struct vmxon_prediction vmxon_predict_plan(const struct vmx_evidence *evidence,
                                           const struct vmx_plan *plan, uint64_t region_phys)
{
	struct vmxon_state state = {
		.evidence = evidence,
		.cr0 = plan->cr0,
		.cr4 = plan->cr4,
		.feature_control = plan->write_feature_control ? plan->feature_control
	                                                       : evidence->feature_control.value,
		.region_phys = region_phys,
		.region_revision = evidence->basic.revision,
	};

	return vmxon_predict(&state);
}
