/* arch/x86_64/startup.h */
#include "arch/x86_64/startup.h"
#include "tests/unit/unit.h"

static void only_family_15_without_an_extension_needs_the_wait(void **state)
{
	assert_true(startup_needs_wait(0x00000F41));  /* Pentium 4 */
	assert_false(startup_needs_wait(0x00050654)); /* family 6 */
	assert_false(startup_needs_wait(0x00100F10)); /* AMD family 16 */
	assert_false(startup_needs_wait(0x00300F01)); /* family 18 */
}

static void the_first_sipi_is_due_at_once_and_the_others_ever_later(void **state)
{
	assert_int_equal(startup_interval_us(0), 0);
	for (unsigned sent = 1; sent < 6; sent++)
		assert_true(startup_interval_us(sent) > startup_interval_us(sent - 1));
}

static void sipis_go_on_at_the_last_interval(void **state)
{
	assert_int_equal(startup_interval_us(5), startup_interval_us(6));
	assert_int_equal(startup_interval_us(5), startup_interval_us(UINT32_MAX));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(only_family_15_without_an_extension_needs_the_wait),
		cmocka_unit_test(the_first_sipi_is_due_at_once_and_the_others_ever_later),
		cmocka_unit_test(sipis_go_on_at_the_last_interval),
	};

	return unit_run(rules, COUNT(rules));
}
