/* arch/x86_64/vmx/consistency.h: capability MSRs that no CPU has, and those that every CPU has. */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/consistency.h"
#include "arch/x86_64/vmx/plan.h"
#include "kernel/record/record.h"
#include "tests/unit/bochs_models.h"
#include "tests/unit/unit.h"

static void check_value(uint32_t msr, uint64_t value, const char *rule)
{
	struct vmx_evidence evidence = bochs_evidence(&bochs_models[0]);
	struct vmx_invalid invalid;
	struct vmx_plan plan;

	record_set_msr(&evidence, msr - VMX_MSR_FIRST, (struct msr_reading){value, MSR_READ});
	invalid = consistency_check(&evidence);
	vmx_plan(&evidence, &plan);
	if (rule == NULL) {
		assert_null(invalid.rule);
		assert_int_not_equal(plan.stop, REASON_CAPABILITY_INVALID);
		return;
	}
	assert_non_null(strstr(invalid.rule, rule));
	assert_int_equal(invalid.msr, msr);
	assert_int_equal(plan.stop, REASON_CAPABILITY_INVALID);
	assert_ptr_equal(plan.invalid.rule, invalid.rule);
}

static void every_model_is_consistent(void **state)
{
	for (size_t i = 0; i < COUNT_OF(bochs_models); i++) {
		struct vmx_evidence evidence = bochs_evidence(&bochs_models[i]);

		assert_null(consistency_check(&evidence).rule);
	}
}

static void basic_gives_the_region_1_to_4096_bytes_and_keeps_bit_31_clear(void **state)
{
	check_value(IA32_VMX_BASIC, 0, "bits 44:32");
	check_value(IA32_VMX_BASIC, 4, "bits 44:32");
	check_value(IA32_VMX_BASIC, 1ull << 32, NULL);
	check_value(IA32_VMX_BASIC, 4096ull << 32, NULL);
	check_value(IA32_VMX_BASIC, 4097ull << 32, "bits 44:32");
	check_value(IA32_VMX_BASIC, 4096ull << 32 | BIT(31), "bit 31");
	check_value(IA32_VMX_BASIC, 4096ull << 32 | 0x7FFFFFFF, NULL);
}

static void what_fixed0_demands_and_what_vmxon_needs_is_allowed(void **state)
{
	check_value(IA32_VMX_CR0_FIXED1, 0, "IA32_VMX_CR0_FIXED0");
	check_value(IA32_VMX_CR4_FIXED1, 0, "IA32_VMX_CR4_FIXED0");
	check_value(IA32_VMX_CR0_FIXED1, ~CR0_NE, "IA32_VMX_CR0_FIXED0");
	check_value(IA32_VMX_CR0_FIXED1, ~CR0_WP, NULL);
	check_value(IA32_VMX_CR4_FIXED1, ~CR4_PAE, NULL);
}

static void vmxon_needs_pe_pg_and_vmxe_even_where_fixed0_demands_nothing(void **state)
{
	static const struct {
		uint32_t msr;
		uint64_t allowed;
		const char *rule;
	} cases[] = {
		{IA32_VMX_CR0_FIXED1, ~CR0_PE, "CR0.PE"},
		{IA32_VMX_CR0_FIXED1, ~CR0_PG, "CR0.PG"},
		{IA32_VMX_CR4_FIXED1, ~CR4_VMXE, "CR4.VMXE"},
		{IA32_VMX_CR4_FIXED1, 0, "CR4.VMXE"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct vmx_evidence evidence = bochs_evidence(&bochs_models[0]);

		evidence.msr[cases[i].msr - 1 - VMX_MSR_FIRST].value = 0;
		evidence.msr[cases[i].msr - VMX_MSR_FIRST].value = cases[i].allowed;
		assert_non_null(strstr(consistency_check(&evidence).rule, cases[i].rule));
		assert_int_equal(consistency_check(&evidence).msr, cases[i].msr);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(every_model_is_consistent),
		cmocka_unit_test(basic_gives_the_region_1_to_4096_bytes_and_keeps_bit_31_clear),
		cmocka_unit_test(what_fixed0_demands_and_what_vmxon_needs_is_allowed),
		cmocka_unit_test(vmxon_needs_pe_pg_and_vmxe_even_where_fixed0_demands_nothing),
	};

	return unit_run(rules, COUNT_OF(rules));
}
