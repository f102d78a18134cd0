/* arch/x86_64/vmx/predict.h: what VMXON does per the SDM, in the order of its conditions. */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/plan.h"
#include "arch/x86_64/vmx/predict.h"
#include "tests/unit/bochs_models.h"
#include "tests/unit/unit.h"

/* The ways in which a state can be wrong, in the order in which VMXON checks them. */
static void clear_vmxe(struct vmxon_state *state)
{
	state->cr4 &= ~CR4_VMXE;
}

static void clear_ne(struct vmxon_state *state)
{
	state->cr0 &= ~CR0_NE;
}

static void set_reserved_cr4(struct vmxon_state *state)
{
	state->cr4 |= BIT(62);
}

static void unlock(struct vmxon_state *state)
{
	state->feature_control &= ~1ull;
}

static void allow_in_smx_only(struct vmxon_state *state)
{
	state->feature_control = (state->feature_control & 1) | 2;
}

static void misalign(struct vmxon_state *state)
{
	state->region_phys |= 0x800;
}

static void go_beyond_the_address_width(struct vmxon_state *state)
{
	state->region_phys |= 1ull << 40;
}

static void change_revision(struct vmxon_state *state)
{
	state->region_revision ^= 0x80000000;
}

static const struct {
	void (*spoil)(struct vmxon_state *state);
	enum vmx_status_kind kind;
	uint8_t vector;
} defects[] = {
	{clear_vmxe, VMX_FAULTED, VECTOR_UD},
	{clear_ne, VMX_FAULTED, VECTOR_GP},
	{set_reserved_cr4, VMX_FAULTED, VECTOR_GP},
	{unlock, VMX_FAULTED, VECTOR_GP},
	{allow_in_smx_only, VMX_FAULTED, VECTOR_GP},
	{misalign, VMX_FAIL_INVALID, 0},
	{go_beyond_the_address_width, VMX_FAIL_INVALID, 0},
	{change_revision, VMX_FAIL_INVALID, 0},
};

static struct vmxon_state good_state(const struct vmx_evidence *evidence)
{
	return (struct vmxon_state){
		.evidence = evidence,
		.cr0 = 0x80010031,
		.cr4 = 0x2020,
		.feature_control = 5,
		.region_phys = 0x104000,
		.region_revision = (uint32_t)evidence->msr[0].value,
	};
}

static void vmxon_succeeds_where_all_conditions_hold(void **state)
{
	static const struct vmx_status success = {VMX_SUCCEEDED, 0, 0};
	struct vmxon_prediction prediction;

	for (size_t i = 0; i < COUNT_OF(bochs_models); i++) {
		struct vmx_evidence evidence = bochs_evidence(&bochs_models[i]);
		struct vmxon_state good = good_state(&evidence);

		prediction = vmxon_predict(&good);
		assert_memory_equal(&prediction.status, &success, sizeof(success));
		assert_non_null(prediction.because);
	}
}

static void every_defect_alone_has_its_outcome(void **state)
{
	struct vmx_evidence evidence = bochs_evidence(&bochs_models[0]);

	for (size_t i = 0; i < COUNT_OF(defects); i++) {
		struct vmxon_state spoilt = good_state(&evidence);
		struct vmxon_prediction prediction;

		defects[i].spoil(&spoilt);
		prediction = vmxon_predict(&spoilt);
		assert_int_equal(prediction.status.kind, defects[i].kind);
		assert_int_equal(prediction.status.number, defects[i].vector);
		assert_int_equal(prediction.status.error_code, 0);
		assert_non_null(prediction.because);
	}
}

static void of_several_defects_the_first_in_the_manuals_order_decides(void **state)
{
	struct vmx_evidence evidence = bochs_evidence(&bochs_models[0]);

	for (uint32_t set = 1; set < 1u << COUNT_OF(defects); set++) {
		struct vmxon_state spoilt = good_state(&evidence), first = spoilt;
		size_t lowest = COUNT_OF(defects);

		for (size_t i = COUNT_OF(defects); i > 0; i--) {
			if (!(set >> (i - 1) & 1))
				continue;
			defects[i - 1].spoil(&spoilt);
			lowest = i - 1;
		}
		defects[lowest].spoil(&first);
		assert_string_equal(vmxon_predict(&spoilt).because, vmxon_predict(&first).because);
	}
}

static void where_addresses_are_32_bit_the_region_must_lie_below_4_gib(void **state)
{
	struct vmx_evidence evidence = bochs_evidence(&bochs_models[0]);
	struct vmxon_state high = good_state(&evidence);

	high.region_phys = 1ull << 32;
	assert_int_equal(vmxon_predict(&high).status.kind, VMX_SUCCEEDED);
	evidence.basic.addresses_32bit = true;
	assert_int_equal(vmxon_predict(&high).status.kind, VMX_FAIL_INVALID);
	high.region_phys -= 4096;
	assert_int_equal(vmxon_predict(&high).status.kind, VMX_SUCCEEDED);
}

static void an_address_width_of_64_bits_or_more_allows_any_address(void **state)
{
	struct vmx_evidence evidence = bochs_evidence(&bochs_models[0]);
	struct vmxon_state high = good_state(&evidence);

	high.region_phys = ~0xFFFull;
	evidence.physical_address_bits = 63;
	assert_int_equal(vmxon_predict(&high).status.kind, VMX_FAIL_INVALID);
	for (unsigned bits = 64; bits <= 255; bits++) {
		evidence.physical_address_bits = (uint8_t)bits;
		assert_int_equal(vmxon_predict(&high).status.kind, VMX_SUCCEEDED);
	}
}

static void every_plan_that_does_not_stop_is_predicted_to_succeed(void **state)
{
	for (size_t i = 0; i < COUNT_OF(bochs_models); i++) {
		for (uint64_t feature_control = 0; feature_control < 8; feature_control++) {
			struct vmx_evidence evidence = bochs_evidence(&bochs_models[i]);
			struct vmx_plan plan;

			evidence.feature_control.value = feature_control;
			vmx_plan(&evidence, &plan);
			if (plan.stop != REASON_NONE)
				continue;
			assert_int_equal(vmxon_predict_plan(&evidence, &plan, 0x104000).status.kind,
			                 VMX_SUCCEEDED);
			assert_int_equal(vmxon_predict_plan(&evidence, &plan, 0x104001).status.kind,
			                 VMX_FAIL_INVALID);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(vmxon_succeeds_where_all_conditions_hold),
		cmocka_unit_test(every_defect_alone_has_its_outcome),
		cmocka_unit_test(of_several_defects_the_first_in_the_manuals_order_decides),
		cmocka_unit_test(where_addresses_are_32_bit_the_region_must_lie_below_4_gib),
		cmocka_unit_test(an_address_width_of_64_bits_or_more_allows_any_address),
		cmocka_unit_test(every_plan_that_does_not_stop_is_predicted_to_succeed),
	};

	return unit_run(rules, COUNT_OF(rules));
}
