/* arch/x86_64/apic_mode.h */
#include "arch/x86_64/apic_mode.h"
#include "arch/x86_64/registers.h"
#include "tests/unit/unit.h"

#define AT   0xFEE00000ull
#define BSP  IA32_APIC_BASE_BSP
#define EN   IA32_APIC_BASE_EN
#define EXTD IA32_APIC_BASE_EXTD

static void the_mode_is_two_bits_of_the_base(void **state)
{
	assert_int_equal(apic_mode_of(AT | BSP), APIC_DISABLED);
	assert_int_equal(apic_mode_of(AT | BSP | EN), APIC_XAPIC);
	assert_int_equal(apic_mode_of(AT | BSP | EN | EXTD), APIC_X2APIC);
}

static void the_mode_changes_only_for_an_apic_id_that_needs_it(void **state)
{
	static const struct {
		enum apic_mode found;
		bool has_x2apic, opt_out;
		uint32_t largest;
		enum apic_mode chosen;
	} cases[] = {
		{APIC_XAPIC, true, false, 0, APIC_XAPIC},
		{APIC_XAPIC, true, false, 254, APIC_XAPIC},
		{APIC_XAPIC, true, false, 255, APIC_X2APIC},
		{APIC_XAPIC, true, true, 255, APIC_XAPIC},
		{APIC_XAPIC, false, false, 255, APIC_XAPIC},
		{APIC_X2APIC, true, false, 0, APIC_X2APIC},
		{APIC_X2APIC, true, true, 0, APIC_X2APIC},
		{APIC_X2APIC, true, true, 4096, APIC_X2APIC},
		{APIC_DISABLED, true, false, 255, APIC_DISABLED},
		{APIC_ABSENT, true, false, 255, APIC_ABSENT},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct apic_choice choice = apic_mode_choose(cases[i].found, cases[i].has_x2apic,
		                                             cases[i].opt_out, cases[i].largest);

		assert_int_equal(choice.mode, cases[i].chosen);
	}
}

static void the_reason_names_what_decided(void **state)
{
	assert_non_null(strstr(apic_mode_choose(APIC_XAPIC, true, true, 300).why, "DMAR"));
	assert_non_null(strstr(apic_mode_choose(APIC_XAPIC, false, false, 300).why, "CPUID"));
	assert_null(apic_mode_choose(APIC_XAPIC, true, true, 3).why);
}

/* Each step must be a transition that the SDM allows. */
static void steps_are_legal_and_end_in_the_mode(void **state)
{
	static const struct {
		uint64_t from;
		enum apic_mode to;
		unsigned count;
		uint64_t steps[APIC_MODE_STEPS];
	} cases[] = {
		{AT | BSP | EN, APIC_XAPIC, 0, {0}},
		{AT | BSP | EN, APIC_X2APIC, 1, {AT | BSP | EN | EXTD}},
		{AT | BSP | EN | EXTD, APIC_XAPIC, 2, {AT | BSP, AT | BSP | EN}},
		{AT | BSP | EN | EXTD, APIC_DISABLED, 1, {AT | BSP}},
		{AT | BSP | EN, APIC_DISABLED, 1, {AT | BSP}},
		{AT, APIC_XAPIC, 1, {AT | EN}},
		{AT, APIC_X2APIC, 2, {AT | EN, AT | EN | EXTD}},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint64_t steps[APIC_MODE_STEPS] = {0};

		assert_int_equal(apic_mode_steps(cases[i].from, cases[i].to, steps),
		                 cases[i].count);
		for (unsigned n = 0; n < cases[i].count; n++)
			assert_int_equal(steps[n], cases[i].steps[n]);
	}
}

static void ids_are_compared_as_far_as_the_mode_has_bits(void **state)
{
	assert_true(apic_mode_same_id(APIC_XAPIC, 3, 3));
	assert_true(apic_mode_same_id(APIC_XAPIC, 3, 0x103));
	assert_false(apic_mode_same_id(APIC_XAPIC, 3, 4));
	assert_true(apic_mode_same_id(APIC_X2APIC, 0x103, 0x103));
	assert_false(apic_mode_same_id(APIC_X2APIC, 3, 0x103));
}

static void modes_have_names(void **state)
{
	assert_string_equal(apic_mode_name(APIC_ABSENT), "none");
	assert_string_equal(apic_mode_name(APIC_DISABLED), "disabled");
	assert_string_equal(apic_mode_name(APIC_XAPIC), "xapic");
	assert_string_equal(apic_mode_name(APIC_X2APIC), "x2apic");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_mode_is_two_bits_of_the_base),
		cmocka_unit_test(the_mode_changes_only_for_an_apic_id_that_needs_it),
		cmocka_unit_test(the_reason_names_what_decided),
		cmocka_unit_test(steps_are_legal_and_end_in_the_mode),
		cmocka_unit_test(ids_are_compared_as_far_as_the_mode_has_bits),
		cmocka_unit_test(modes_have_names),
	};

	return unit_run(rules, COUNT_OF(rules));
}
