/* arch/x86_64/vmx/guest/controls.h: values of controls that every CPU model of Bochs accepts. */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "tests/unit/bochs_models.h"
#include "tests/unit/unit.h"

static const enum controls_field fields[] = {
	CONTROLS_PIN, CONTROLS_PRIMARY, CONTROLS_EXIT, CONTROLS_ENTRY, CONTROLS_SECONDARY,
};

static void assert_accepted(uint32_t value, uint64_t allowed)
{
	assert_int_equal(value & (uint32_t)allowed, (uint32_t)allowed);
	assert_int_equal(value & ~(uint32_t)(allowed >> 32), 0);
}

static void a_settled_value_is_accepted_by_every_model_whatever_is_wanted(void **state)
{
	uint32_t random = 1;

	for (size_t i = 0; i < COUNT_OF(bochs_models); i++) {
		struct vmx_evidence evidence = bochs_evidence(&bochs_models[i]);

		for (size_t field = 0; field < COUNT_OF(fields); field++) {
			uint64_t allowed = controls_allowed(fields[field], &evidence);

			for (unsigned round = 0; round < 1000; round++) {
				uint32_t wanted = unit_random(&random) << 8 ^ unit_random(&random);
				uint32_t denied, value;

				value = controls_settle(fields[field], allowed, wanted, &denied);
				assert_accepted(value, allowed);
				assert_int_equal(value & wanted, wanted & ~denied);
				assert_int_equal(denied, wanted & ~(uint32_t)(allowed >> 32));
			}
		}
	}
}

static void a_control_that_must_be_both_1_and_0_is_denied(void **state)
{
	uint32_t denied;

	controls_settle(CONTROLS_PIN, 0x0000003F0000007F, 0x1, &denied);
	assert_int_equal(denied, 0x40);
	controls_settle(CONTROLS_SECONDARY, 0x0000000000000002, 0, &denied);
	assert_int_equal(denied, 0x2);
}

static void what_is_not_wanted_is_0_unless_it_must_or_by_default_should_be_1(void **state)
{
	uint32_t denied;

	/* every bit may be 0 or 1: only the default1 bits whose meaning is unknown stay set */
	assert_int_equal(controls_settle(CONTROLS_PIN, 0xFFFFFFFF00000000, 0, &denied), 0x16);
	assert_int_equal(controls_settle(CONTROLS_PRIMARY, 0xFFFFFFFF00000000, 0, &denied),
	                 0x04006172);
	assert_int_equal(controls_settle(CONTROLS_EXIT, 0xFFFFFFFF00000000, 0, &denied), 0x36DFB);
	assert_int_equal(controls_settle(CONTROLS_ENTRY, 0xFFFFFFFF00000000, 0, &denied), 0x11FB);
	assert_int_equal(controls_settle(CONTROLS_SECONDARY, 0xFFFFFFFF00000000, 0, &denied), 0);
	assert_int_equal(controls_settle(CONTROLS_SECONDARY, 0xFFFFFFFF00000100, 0, &denied),
	                 0x100);
	assert_int_equal(denied, 0);
}

static void a_control_that_is_not_allowed_is_denied_and_left_0(void **state)
{
	uint32_t denied;

	assert_int_equal(controls_settle(CONTROLS_SECONDARY, 0x7DFull << 32,
	                                 SECONDARY_EPT | 1u << 13, &denied),
	                 SECONDARY_EPT);
	assert_int_equal(denied, 1u << 13);
}

static void true_controls_are_asked_where_the_cpu_has_them(void **state)
{
	struct vmx_evidence evidence = bochs_evidence(&bochs_models[0]);

	assert_int_equal(controls_msr(CONTROLS_PIN, false), 0x481);
	assert_int_equal(controls_msr(CONTROLS_PIN, true), 0x48D);
	assert_int_equal(controls_msr(CONTROLS_PRIMARY, true), 0x48E);
	assert_int_equal(controls_msr(CONTROLS_EXIT, true), 0x48F);
	assert_int_equal(controls_msr(CONTROLS_ENTRY, true), 0x490);
	assert_int_equal(controls_msr(CONTROLS_SECONDARY, false), 0x48B);
	assert_int_equal(controls_msr(CONTROLS_SECONDARY, true), 0x48B);
	assert_int_equal(controls_allowed(CONTROLS_PRIMARY, &evidence), evidence.msr[0x0E].value);
	evidence.basic.true_controls = false;
	assert_int_equal(controls_allowed(CONTROLS_PRIMARY, &evidence), evidence.msr[0x02].value);
}

static void efer_is_loaded_only_where_entry_and_exit_can(void **state)
{
	struct vmx_evidence evidence = bochs_evidence(&bochs_models[COUNT_OF(bochs_models) - 1]);

	assert_true(controls_efer(&evidence));
	evidence.msr[0x0F].value &= ~((uint64_t)EXIT_LOAD_EFER << 32);
	assert_false(controls_allow(CONTROLS_EXIT, EXIT_LOAD_EFER, &evidence));
	assert_true(controls_allow(CONTROLS_ENTRY, ENTRY_LOAD_EFER, &evidence));
	assert_false(controls_efer(&evidence));
	evidence = bochs_evidence(&bochs_models[COUNT_OF(bochs_models) - 1]);
	evidence.msr[0x10].value &= ~((uint64_t)ENTRY_LOAD_EFER << 32);
	assert_false(controls_efer(&evidence));
}

static void without_secondary_controls_there_is_neither_ept_nor_real_mode(void **state)
{
	for (size_t i = 0; i < COUNT_OF(bochs_models); i++) {
		struct vmx_evidence evidence = bochs_evidence(&bochs_models[i]);

		evidence.msr[0x02].value &= ~BIT(63);
		evidence.msr[0x0E].value &= ~BIT(63);
		assert_false(controls_ept(&evidence));
		assert_false(controls_real_mode(&evidence));
	}
}

static void ept_and_real_mode_are_had_where_the_model_has_them(void **state)
{
	static const struct {
		const char *first_with;
		bool (*has)(const struct vmx_evidence *evidence);
	} known[] = {
		{"corei5_lynnfield_750", controls_ept},
		{"corei5_arrandale_m520", controls_real_mode},
	};

	for (size_t i = 0; i < COUNT_OF(known); i++) {
		bool expected = false;

		for (size_t model = 0; model < COUNT_OF(bochs_models); model++) {
			struct vmx_evidence evidence = bochs_evidence(&bochs_models[model]);

			expected |= strcmp(bochs_models[model].name, known[i].first_with) == 0;
			assert_int_equal(known[i].has(&evidence), expected);
		}
		assert_true(expected);
	}
}

static void the_ept_pointer_takes_write_back_where_it_is_offered(void **state)
{
	struct vmx_evidence evidence = bochs_evidence(&bochs_models[COUNT_OF(bochs_models) - 1]);

	assert_int_equal(controls_ept_pointer(&evidence, 0x123000), 0x123000 | 3 << 3 | 6);
	evidence.msr[0x0C].value &= ~BIT(14);
	assert_true(controls_ept(&evidence));
	assert_int_equal(controls_ept_pointer(&evidence, 0x123000), 0x123000 | 3 << 3 | 0);
	evidence.msr[0x0C].value &= ~BIT(8);
	assert_false(controls_ept(&evidence));
	evidence.msr[0x0C].value |= BIT(14);
	assert_true(controls_ept(&evidence));
	evidence.msr[0x0C].value &= ~BIT(6);
	assert_false(controls_ept(&evidence));
	evidence.msr[0x0C].value |= BIT(8);
	assert_false(controls_ept(&evidence));
}

static void each_group_of_controls_has_its_field_and_its_msr(void **state)
{
	static const struct {
		enum controls_field controls;
		uint32_t field, msr, true_msr;
	} cases[] = {
		{CONTROLS_PIN, 0x4000, 0x481, 0x48D},
		{CONTROLS_PRIMARY, 0x4002, 0x482, 0x48E},
		{CONTROLS_EXIT, 0x400C, 0x483, 0x48F},
		{CONTROLS_ENTRY, 0x4012, 0x484, 0x490},
		{CONTROLS_SECONDARY, 0x401E, 0x48B, 0x48B},
	};

	assert_int_equal(COUNT_OF(cases), CONTROLS_COUNT);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(controls_vmcs_field(cases[i].controls), cases[i].field);
		assert_int_equal(controls_msr(cases[i].controls, false), cases[i].msr);
		assert_int_equal(controls_msr(cases[i].controls, true), cases[i].true_msr);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_settled_value_is_accepted_by_every_model_whatever_is_wanted),
		cmocka_unit_test(a_control_that_must_be_both_1_and_0_is_denied),
		cmocka_unit_test(what_is_not_wanted_is_0_unless_it_must_or_by_default_should_be_1),
		cmocka_unit_test(a_control_that_is_not_allowed_is_denied_and_left_0),
		cmocka_unit_test(true_controls_are_asked_where_the_cpu_has_them),
		cmocka_unit_test(efer_is_loaded_only_where_entry_and_exit_can),
		cmocka_unit_test(without_secondary_controls_there_is_neither_ept_nor_real_mode),
		cmocka_unit_test(ept_and_real_mode_are_had_where_the_model_has_them),
		cmocka_unit_test(the_ept_pointer_takes_write_back_where_it_is_offered),
		cmocka_unit_test(each_group_of_controls_has_its_field_and_its_msr),
	};

	return unit_run(rules, COUNT_OF(rules));
}
