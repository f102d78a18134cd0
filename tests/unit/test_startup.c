/* arch/x86_64/startup.h */
#include "arch/x86_64/startup.h"
#include "tests/unit/unit.h"

static void only_family_15_without_an_extension_needs_the_wait(void **state)
{
	assert_true(startup_needs_wait(0x00000F41));  /* Pentium 4 */
	assert_false(startup_needs_wait(0x00050654)); /* family 6 */
	assert_false(startup_needs_wait(0x00100F10)); /* AMD family 16 */
	assert_false(startup_needs_wait(0x00300F01)); /* family 18 */
	assert_true(startup_needs_wait(0xF00FFFFF));  /* all that is no part of the family */
	for (unsigned bit = 20; bit < 28; bit++)
		assert_false(startup_needs_wait(0xF41 | 1u << bit));
	for (uint32_t family = 0; family < 15; family++)
		assert_false(startup_needs_wait(family << 8));
}

/* Half a second in all: a CPU that is slow gets its SIPI, and one that is fast does not wait. */
static void the_first_sipi_is_due_at_once_and_the_others_ever_later(void **state)
{
	static const uint32_t intervals_us[] = {0, 200, 2000, 10000, 100000, 400000};

	for (unsigned sent = 0; sent < COUNT_OF(intervals_us); sent++)
		assert_int_equal(startup_interval_us(sent), intervals_us[sent]);
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

	return unit_run(rules, COUNT_OF(rules));
}
