/* kernel/tables/bda.h: which memory below 1 MiB belongs to the BIOS. */
#include "kernel/tables/bda.h"
#include "tests/unit/unit.h"

static struct bytes bda_with(uint16_t ebda_segment, uint16_t base_kib)
{
	struct unit_writer bda = {0};

	unit_fill(&bda, BDA_SIZE);
	unit_set(&bda, 0x0E, ebda_segment, 2);
	unit_set(&bda, 0x13, base_kib, 2);
	return unit_written(&bda);
}

static void the_lower_of_both_words_counts(void **state)
{
	assert_int_equal(bda_low_end(bda_with(0x9FC0, 639)), 0x9FC00);
	assert_int_equal(bda_low_end(bda_with(0x9A00, 639)), 0x9A000);
	assert_int_equal(bda_low_end(bda_with(0x9FC0, 600)), 600 * 1024);
}

static void a_word_that_cannot_be_true_does_not_count(void **state)
{
	static const uint16_t segments[] = {0, 0x40, 0xFFF, 0xA001, 0xF000, 0xFFFF};
	static const uint16_t sizes[] = {0, 63, 641, 1024, 0xFFFF};

	for (size_t i = 0; i < COUNT_OF(segments); i++)
		assert_int_equal(bda_low_end(bda_with(segments[i], 639)), 639 * 1024);
	for (size_t i = 0; i < COUNT_OF(sizes); i++)
		assert_int_equal(bda_low_end(bda_with(0x9FC0, sizes[i])), 0x9FC00);
	assert_int_equal(bda_low_end(bda_with(0, 0)), 0x100000);
	assert_int_equal(bda_low_end((struct bytes){0}), 0x100000);
}

static void the_ebda_is_where_its_word_says(void **state)
{
	assert_int_equal(bda_ebda_phys(bda_with(0x9FC0, 0)), 0x9FC00);
	assert_int_equal(bda_ebda_phys(bda_with(0x0040, 639)), 0);
	assert_int_equal(bda_ebda_phys(bda_with(0x0FFF, 0)), 0);
	assert_int_equal(bda_ebda_phys(bda_with(0x1000, 0)), 0x10000);
	assert_int_equal(bda_ebda_phys(bda_with(0xA000, 0)), 0xA0000);
	assert_int_equal(bda_ebda_phys(bda_with(0xA001, 0)), 0);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_lower_of_both_words_counts),
		cmocka_unit_test(a_word_that_cannot_be_true_does_not_count),
		cmocka_unit_test(the_ebda_is_where_its_word_says),
	};

	return unit_run(rules, COUNT_OF(rules));
}
