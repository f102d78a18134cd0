/* kernel/lib/ranges.h: lists of numbers as people write them. */
#include "kernel/lib/ranges.h"
#include "tests/unit/unit.h"

static const char *list_of(size_t count, const uint32_t *numbers)
{
	struct unit_capture *to = unit_capture();
	struct ranges ranges = ranges_begin(&to->text);

	for (size_t i = 0; i < count; i++)
		ranges_add(&ranges, numbers[i]);
	ranges_end(&ranges);
	return to->at;
}

#define LIST(...) list_of(COUNT_OF(((uint32_t[]){__VA_ARGS__})), (uint32_t[]){__VA_ARGS__})

static void no_number_is_no_text(void **state)
{
	assert_string_equal(list_of(0, NULL), "");
}

static void single_numbers_are_separated_by_commas(void **state)
{
	assert_string_equal(LIST(0), "0");
	assert_string_equal(LIST(0, 2, 4), "0,2,4");
}

static void successive_numbers_are_one_range(void **state)
{
	assert_string_equal(LIST(0, 1), "0-1");
	assert_string_equal(LIST(0, 1, 2, 3, 8), "0-3,8");
	assert_string_equal(LIST(1, 4, 5, 6, 9, 10), "1,4-6,9-10");
}

static void the_order_is_kept(void **state)
{
	assert_string_equal(LIST(3, 2, 1), "3,2,1");
	assert_string_equal(LIST(4, 5, 0, 1), "4-5,0-1");
}

static void a_repeated_number_is_repeated(void **state)
{
	assert_string_equal(LIST(7, 7, 8), "7,7-8");
}

static void zero_does_not_follow_the_highest_number(void **state)
{
	assert_string_equal(LIST(4294967294, 4294967295), "4294967294-4294967295");
	assert_string_equal(LIST(4294967295, 0), "4294967295,0");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(no_number_is_no_text),
		cmocka_unit_test(single_numbers_are_separated_by_commas),
		cmocka_unit_test(successive_numbers_are_one_range),
		cmocka_unit_test(the_order_is_kept),
		cmocka_unit_test(a_repeated_number_is_repeated),
		cmocka_unit_test(zero_does_not_follow_the_highest_number),
	};

	return unit_run(rules, COUNT_OF(rules));
}
