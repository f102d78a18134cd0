/*
 * arch/x86_64/vmx/predict.h: success is predicted if and only if all that VMXON checks is right.
 *
 * bound: every value of every register, every address
 * sources: arch/x86_64/vmx/predict.c kernel/record/record.c
 */
#include "arch/x86_64/vmx/predict.h"
#include "tests/proof/any_evidence.h"

static struct vmxon_state any_state(const struct vmx_evidence *evidence)
{
	return (struct vmxon_state){
		.evidence = evidence,
		.cr0 = nondet_u64(),
		.cr4 = nondet_u64(),
		.feature_control = nondet_u64(),
		.region_phys = nondet_u64(),
		.region_revision = nondet_u32(),
	};
}

static bool is_fixed(uint64_t value, const struct vmx_evidence *evidence, uint32_t fixed0)
{
	return !(reading_of(evidence, fixed0).value & ~value) &&
	       !(value & ~reading_of(evidence, fixed0 + 1).value);
}

/* SDM vol. 3C VMXON "Enter VMX Operation": its exceptions, then its failures. */
void vmxon_is_predicted_as_the_sdm_says(void)
{
	struct vmx_evidence evidence = any_evidence();
	struct vmxon_state state = any_state(&evidence);
	struct vmxon_prediction prediction = vmxon_predict(&state);
	unsigned width = evidence.basic.addresses_32bit ? 32 : evidence.physical_address_bits;
	bool ud = !(state.cr4 & CR4_VMXE);
	bool gp = !is_fixed(state.cr0, &evidence, IA32_VMX_CR0_FIXED0) ||
	          !is_fixed(state.cr4, &evidence, IA32_VMX_CR4_FIXED0) ||
	          (state.feature_control & 5) != 5;
	bool fails =
		state.region_phys & 0xFFF || (width < 64 && state.region_phys >> width) ||
		state.region_revision != (reading_of(&evidence, IA32_VMX_BASIC).value & 0x7FFFFFFF);

	CLAIM((prediction.status.kind == VMX_FAULTED && prediction.status.number == VECTOR_UD) ==
	              ud,
	      "#UD, if and only if CR4.VMXE is clear");
	CLAIM((prediction.status.kind == VMX_FAULTED && prediction.status.number == VECTOR_GP) ==
	              (!ud && gp),
	      "#GP for fixed bits and IA32_FEATURE_CONTROL");
	CLAIM((prediction.status.kind == VMX_FAIL_INVALID) == (!ud && !gp && fails),
	      "VMfailInvalid for the region");
	CLAIM((prediction.status.kind == VMX_SUCCEEDED) == (!ud && !gp && !fails), "else success");
	CLAIM(prediction.because != NULL, "there is a sentence");
	if (prediction.status.kind == VMX_SUCCEEDED)
		REACHED("success");
	if (prediction.status.kind == VMX_FAIL_INVALID)
		REACHED("VMfailInvalid");
	if (gp)
		REACHED("#GP");
}
