/* kernel/lib/number.h: numbers and lists as people write them. */
#include "kernel/lib/number.h"
#include "tests/unit/unit.h"

/* Parses a number. Returns the rest of the text, or NULL if there is no number. */
static const char *left_after(const char *text, uint64_t *value)
{
	struct bytes rest = unit_string_bytes(text);
	struct unit_capture *left = unit_capture();

	if (!number_take(&rest, value))
		return NULL;
	text_print(&left->text, "%.*s", (int)rest.size, (const char *)rest.at);
	return left->at;
}

static void a_number_is_decimal_or_behind_0x_hexadecimal(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
		const char *left;
	} known[] = {
		{"0", 0, ""},
		{"115200n8", 115200, "n8"},
		{"0x3f8,9600", 0x3F8, ",9600"},
		{"0x3F8", 0x3F8, ""},
		{"0xfe03-", 0xFE03, "-"},
		{"007", 7, ""},
		{"12x", 12, "x"},
		{"0xg", 0, NULL},
		{"0x", 0, NULL},
		{"", 0, NULL},
		{"x1", 0, NULL},
		{"-1", 0, NULL},
		{"+1", 0, NULL},
		{" 1", 0, NULL},
		{"18446744073709551615", UINT64_MAX, ""},
		{"18446744073709551616", 0, NULL},
		{"99999999999999999999", 0, NULL},
		{"0xffffffffffffffff", UINT64_MAX, ""},
		{"0x10000000000000000", 0, NULL},
	};

	for (size_t i = 0; i < COUNT_OF(known); i++) {
		uint64_t value;
		const char *left = left_after(known[i].text, &value);

		if (known[i].left == NULL) {
			assert_null(left);
			continue;
		}
		assert_string_equal(left, known[i].left);
		assert_int_equal(value, known[i].value);
	}
}

static void only_digits_are_digits(void **state)
{
	for (unsigned byte = 0; byte <= 255; byte++) {
		struct bytes decimal = unit_bytes((uint8_t[]){(uint8_t)byte}, 1);
		struct bytes hexadecimal = unit_bytes((uint8_t[]){'0', 'x', (uint8_t)byte}, 3);
		bool is_digit = byte >= '0' && byte <= '9';
		bool is_letter = (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
		uint64_t value;

		assert_int_equal(number_read(decimal, &value), is_digit);
		if (is_digit)
			assert_int_equal(value, byte - '0');
		assert_int_equal(number_read(hexadecimal, &value), is_digit || is_letter);
		if (is_letter)
			assert_int_equal(value, 10 + (byte | 0x20) - 'a');
	}
}

static void a_number_read_is_all_of_the_text(void **state)
{
	uint64_t value;

	assert_true(number_read(unit_string_bytes("42"), &value));
	assert_int_equal(value, 42);
	assert_false(number_read(unit_string_bytes("42 "), &value));
	assert_false(number_read(unit_string_bytes(""), &value));
}

static void a_decimal_number_knows_no_prefix(void **state)
{
	struct bytes text = unit_string_bytes("0x10");
	uint64_t value;

	assert_true(number_take_decimal(&text, &value));
	assert_int_equal(value, 0);
	assert_true(bytes_equal(text, "x10"));
}

/* Reads a whole list, printing each part as first-last; NULL if it is malformed. */
static const char *parts_of(const char *list)
{
	struct bytes text = unit_string_bytes(list);
	struct unit_capture *parts = unit_capture();
	uint32_t first, last;

	while (text.size > 0) {
		if (!number_take_range(&text, &first, &last))
			return NULL;
		text_print(&parts->text, "%u-%u;", first, last);
	}
	return parts->at;
}

static void a_list_is_numbers_and_ranges_between_commas(void **state)
{
	assert_string_equal(parts_of("0"), "0-0;");
	assert_string_equal(parts_of("0-3,8"), "0-3;8-8;");
	assert_string_equal(parts_of("4-4,4294967295"), "4-4;4294967295-4294967295;");
}

static void a_malformed_list_is_refused(void **state)
{
	static const char *const malformed[] = {"-",   "1-",    ",", "1,",         ",1",  "1,,2",
	                                        "3-1", "1-2-3", "a", "4294967296", "1 2", "1;2"};

	for (size_t i = 0; i < COUNT_OF(malformed); i++)
		assert_null(parts_of(malformed[i]));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_number_is_decimal_or_behind_0x_hexadecimal),
		cmocka_unit_test(only_digits_are_digits),
		cmocka_unit_test(a_number_read_is_all_of_the_text),
		cmocka_unit_test(a_decimal_number_knows_no_prefix),
		cmocka_unit_test(a_list_is_numbers_and_ranges_between_commas),
		cmocka_unit_test(a_malformed_list_is_refused),
	};

	return unit_run(rules, COUNT_OF(rules));
}
