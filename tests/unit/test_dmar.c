/* kernel/tables/dmar.h */
#include "kernel/tables/dmar.h"
#include "tests/unit/unit.h"

static void opting_out_is_one_flag(void **state)
{
	uint8_t table[48] = {0};

	assert_false(dmar_opts_out_of_x2apic((struct bytes){table, sizeof(table)}));
	table[37] = 0xFD;
	assert_false(dmar_opts_out_of_x2apic((struct bytes){table, sizeof(table)}));
	table[37] = 0x02;
	assert_true(dmar_opts_out_of_x2apic((struct bytes){table, sizeof(table)}));
}

static void a_table_that_ends_before_the_flags_opts_out_of_nothing(void **state)
{
	static const uint8_t table[38] = {[37] = 0x02};

	assert_true(dmar_opts_out_of_x2apic((struct bytes){table, 38}));
	assert_false(dmar_opts_out_of_x2apic((struct bytes){table, 37}));
	assert_false(dmar_opts_out_of_x2apic((struct bytes){0}));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(opting_out_is_one_flag),
		cmocka_unit_test(a_table_that_ends_before_the_flags_opts_out_of_nothing),
	};

	return unit_run(rules, COUNT_OF(rules));
}
