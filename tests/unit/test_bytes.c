/* kernel/lib/bytes.h: nothing is read that is not completely inside. */
#include "tests/unit/unit.h"

static const uint8_t rising[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09};

/* Reads a number of size bytes with the function for that size. */
static bool read_number(struct bytes from, size_t offset, size_t size, uint64_t *value)
{
	uint8_t u8 = 0xAA;
	uint16_t u16 = 0xAAAA;
	uint32_t u32 = 0xAAAAAAAA;
	bool inside;

	*value = 0xAAAAAAAAAAAAAAAA;
	if (size == 8)
		return bytes_u64(from, offset, value);
	if (size == 4) {
		inside = bytes_u32(from, offset, &u32);
		*value = u32;
	} else if (size == 2) {
		inside = bytes_u16(from, offset, &u16);
		*value = u16;
	} else {
		inside = bytes_u8(from, offset, &u8);
		*value = u8;
	}
	return inside;
}

static void numbers_are_little_endian_at_any_alignment(void **state)
{
	struct bytes from = unit_bytes(rising, sizeof(rising));
	uint64_t value;

	assert_true(read_number(from, 1, 1, &value));
	assert_int_equal(value, 0x02);
	assert_true(read_number(from, 1, 2, &value));
	assert_int_equal(value, 0x0302);
	assert_true(read_number(from, 1, 4, &value));
	assert_int_equal(value, 0x05040302);
	assert_true(read_number(from, 1, 8, &value));
	assert_int_equal(value, 0x0908070605040302);
}

static void a_number_not_wholly_inside_is_refused_and_reads_as_zero(void **state)
{
	static const size_t far[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 7, (size_t)1 << 63};

	for (size_t size = 1; size <= 8; size *= 2) {
		for (size_t have = 0; have <= sizeof(rising); have++) {
			struct bytes from = unit_bytes(rising, have);
			uint64_t value;

			for (size_t offset = 0; offset <= have + 9; offset++) {
				bool inside = offset + size <= have;

				assert_int_equal(read_number(from, offset, size, &value), inside);
				assert_int_equal(value != 0, inside);
			}
			for (size_t i = 0; i < COUNT_OF(far); i++) {
				assert_false(read_number(from, far[i], size, &value));
				assert_int_equal(value, 0);
			}
		}
	}
}

static void a_slice_is_the_bytes_asked_for_or_empty(void **state)
{
	struct bytes from = unit_bytes(rising, sizeof(rising));
	struct bytes part;

	for (size_t offset = 0; offset <= sizeof(rising) + 2; offset++) {
		for (size_t size = 0; size <= sizeof(rising) + 2; size++) {
			bool inside = offset + size <= sizeof(rising);

			assert_int_equal(bytes_slice(from, offset, size, &part), inside);
			assert_int_equal(part.size, inside ? size : 0);
			assert_ptr_equal(part.at, inside && size > 0 ? from.at + offset : NULL);
		}
	}
}

static void a_slice_whose_end_wraps_is_refused(void **state)
{
	struct bytes from = unit_bytes(rising, sizeof(rising));
	struct bytes part;

	assert_false(bytes_slice(from, 2, SIZE_MAX, &part));
	assert_int_equal(part.size, 0);
	assert_false(bytes_slice(from, SIZE_MAX, 2, &part));
	assert_false(bytes_slice(from, SIZE_MAX, SIZE_MAX, &part));
}

static void what_lies_behind_an_offset_ends_where_the_whole_ends(void **state)
{
	struct bytes from = unit_bytes(rising, sizeof(rising));

	assert_int_equal(bytes_from(from, 0).size, sizeof(rising));
	assert_int_equal(bytes_from(from, 8).size, 1);
	assert_int_equal(bytes_from(from, 8).at[0], 9);
	assert_int_equal(bytes_from(from, 9).size, 0);
	assert_int_equal(bytes_from(from, SIZE_MAX).size, 0);
}

static void a_string_ends_before_the_first_zero(void **state)
{
	struct bytes string = bytes_string(unit_bytes("ab\0cd", 5));

	assert_int_equal(string.size, 2);
	assert_memory_equal(string.at, "ab", 2);
	assert_int_equal(bytes_string(unit_bytes("\0", 1)).size, 0);
}

static void a_string_without_a_zero_ends_with_the_bytes(void **state)
{
	assert_int_equal(bytes_string(unit_bytes("abcd", 4)).size, 4);
	assert_int_equal(bytes_string((struct bytes){0}).size, 0);
}

static void equal_means_every_byte_and_no_more(void **state)
{
	struct bytes from = unit_string_bytes("halt");

	assert_true(bytes_equal(from, "halt"));
	assert_false(bytes_equal(from, "hal"));
	assert_false(bytes_equal(from, "halts"));
	assert_false(bytes_equal(from, "Halt"));
	assert_false(bytes_equal(from, ""));
	assert_true(bytes_equal((struct bytes){0}, ""));
	assert_false(bytes_equal((struct bytes){0}, "halt"));
}

static void skip_leaves_what_follows_the_prefix(void **state)
{
	struct bytes from = unit_string_bytes("exit=halt");
	struct bytes rest;

	assert_true(bytes_skip(from, "exit=", &rest));
	assert_true(bytes_equal(rest, "halt"));
	assert_true(bytes_skip(from, "exit=halt", &rest));
	assert_int_equal(rest.size, 0);
	assert_true(bytes_skip(from, "", &rest));
	assert_int_equal(rest.size, from.size);
}

static void skip_of_another_prefix_leaves_all(void **state)
{
	struct bytes from = unit_string_bytes("exit");
	struct bytes rest = {0};

	assert_false(bytes_skip(from, "exit=", &rest));
	assert_true(bytes_equal(rest, "exit"));
	assert_false(bytes_skip(from, "E", &rest));
	assert_true(bytes_equal(rest, "exit"));
}

static void words_are_what_spaces_separate(void **state)
{
	struct bytes text = unit_string_bytes("  a bc   def ");

	assert_true(bytes_equal(bytes_take_word(&text), "a"));
	assert_true(bytes_equal(bytes_take_word(&text), "bc"));
	assert_true(bytes_equal(bytes_take_word(&text), "def"));
	assert_int_equal(bytes_take_word(&text).size, 0);
	assert_int_equal(text.size, 0);
	text = unit_string_bytes("a b");
	assert_true(bytes_equal(bytes_take_word(&text), "a"));
	assert_true(bytes_equal(text, " b"));
}

static void there_is_no_word_in_nothing_nor_in_spaces(void **state)
{
	struct bytes nothing = {0}, spaces = unit_string_bytes("   ");

	assert_int_equal(bytes_take_word(&nothing).size, 0);
	assert_int_equal(bytes_take_word(&spaces).size, 0);
	assert_int_equal(spaces.size, 0);
}

static void the_sum_is_modulo_256(void **state)
{
	assert_int_equal(bytes_sum((struct bytes){0}), 0);
	assert_int_equal(bytes_sum(unit_bytes(rising, sizeof(rising))), 45);
	assert_int_equal(bytes_sum(unit_bytes("\xFF\x02", 2)), 1);
	assert_int_equal(bytes_sum(unit_bytes("\xFF\x01", 2)), 0);
}

/* Callers may ask whether there is anything by the address. */
static void what_is_empty_has_no_address(void **state)
{
	struct bytes all = unit_bytes(rising, sizeof(rising)), part;

	assert_non_null(bytes_from(all, sizeof(rising) - 1).at);
	assert_int_equal(bytes_from(all, sizeof(rising) - 1).size, 1);
	for (size_t offset = sizeof(rising); offset < sizeof(rising) + 3; offset++) {
		assert_null(bytes_from(all, offset).at);
		assert_int_equal(bytes_from(all, offset).size, 0);
	}
	assert_true(bytes_slice(all, sizeof(rising), 0, &part));
	assert_null(part.at);
	assert_false(bytes_slice(all, sizeof(rising) + 1, 0, &part));
	assert_false(bytes_slice(all, 1, sizeof(rising), &part));
	assert_null(part.at);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(numbers_are_little_endian_at_any_alignment),
		cmocka_unit_test(a_number_not_wholly_inside_is_refused_and_reads_as_zero),
		cmocka_unit_test(a_slice_is_the_bytes_asked_for_or_empty),
		cmocka_unit_test(a_slice_whose_end_wraps_is_refused),
		cmocka_unit_test(what_lies_behind_an_offset_ends_where_the_whole_ends),
		cmocka_unit_test(a_string_ends_before_the_first_zero),
		cmocka_unit_test(a_string_without_a_zero_ends_with_the_bytes),
		cmocka_unit_test(equal_means_every_byte_and_no_more),
		cmocka_unit_test(skip_leaves_what_follows_the_prefix),
		cmocka_unit_test(skip_of_another_prefix_leaves_all),
		cmocka_unit_test(words_are_what_spaces_separate),
		cmocka_unit_test(there_is_no_word_in_nothing_nor_in_spaces),
		cmocka_unit_test(the_sum_is_modulo_256),
		cmocka_unit_test(what_is_empty_has_no_address),
	};

	return unit_run(rules, COUNT_OF(rules));
}
