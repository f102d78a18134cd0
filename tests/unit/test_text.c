/*
 * kernel/lib/text.h: the printf formats that the kernel uses, compared with libc's printf.
 */
#include "tests/unit/unit.h"

#include <limits.h>

/* Prints with kernel/lib/text.c and with libc: both must give the same text. */
#define CHECK_AS_PRINTF(...)                                         \
	do {                                                         \
		struct unit_capture *ours = unit_capture();          \
		char reference[256];                                 \
                                                                     \
		text_print(&ours->text, __VA_ARGS__);                \
		snprintf(reference, sizeof(reference), __VA_ARGS__); \
		assert_string_equal(ours->at, reference);            \
	} while (0)

static const uint64_t numbers[] = {
	0,
	1,
	9,
	10,
	15,
	16,
	99,
	100,
	255,
	256,
	0x7FFFFFFF,
	0x80000000,
	0xFFFFFFFF,
	0x100000000,
	9999999999,
	0x7FFFFFFFFFFFFFFF,
	0x8000000000000000,
	UINT64_MAX,
};

static void numbers_print_as_printf_prints_them(void **state)
{
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		unsigned narrow = (unsigned)numbers[i];

		CHECK_AS_PRINTF("%d %u %x", (int)narrow, narrow, narrow);
		CHECK_AS_PRINTF("%ld %lu %lx", (long)numbers[i], numbers[i], numbers[i]);
		CHECK_AS_PRINTF("%zu %zx", (size_t)numbers[i], (size_t)numbers[i]);
		CHECK_AS_PRINTF("%1u|%4u|%19x", narrow, narrow, narrow);
		CHECK_AS_PRINTF("%9u|%4u|%12u|%25lu", narrow, narrow, narrow, numbers[i]);
		CHECK_AS_PRINTF("%02x|%08x|%016lx|%030lu", narrow, narrow, numbers[i], numbers[i]);
		CHECK_AS_PRINTF("%.*s%u", 2, "abc", narrow);
	}
}

static void a_hash_puts_0x_in_front_as_printf_does_of_all_but_zero(void **state)
{
	for (size_t i = 1; i < COUNT_OF(numbers); i++) {
		CHECK_AS_PRINTF("%#lx %#20lx %#020lx", numbers[i], numbers[i], numbers[i]);
	}
}

static void a_hash_puts_0x_before_zero_too(void **state)
{
	struct unit_capture *zero = unit_capture();

	text_print(&zero->text, "%#x %#010x %#6lx", 0, 0, 0ul);
	assert_string_equal(zero->at, "0x0 0x00000000    0x0");
}

static void the_smallest_numbers_print_in_full(void **state)
{
	CHECK_AS_PRINTF("%d %ld", INT_MIN, LONG_MIN);
	CHECK_AS_PRINTF("%d %ld", -1, -1L);
}

static void strings_and_characters_print_as_they_are(void **state)
{
	CHECK_AS_PRINTF("%s", "");
	CHECK_AS_PRINTF("<%s> %c%c", "rootmode", 'o', 'k');
	CHECK_AS_PRINTF("no conversion at all\n");
	CHECK_AS_PRINTF("%s%s%%", "100", " ");
}

static void a_precision_of_zero_prints_nothing(void **state)
{
	CHECK_AS_PRINTF("<%.*s>", 0, "abc");
}

static void a_precision_reads_no_byte_beyond_it(void **state)
{
	struct bytes from = unit_bytes("abc", 3);
	struct unit_capture *ours = unit_capture();

	text_print(&ours->text, "%.*s", (int)from.size, (const char *)from.at);
	assert_string_equal(ours->at, "abc");
}

static void bytes_that_are_not_printable_become_question_marks(void **state)
{
	for (unsigned byte = 0; byte <= 255; byte++) {
		bool printable = byte >= ' ' && byte <= '~';
		const char from[1] = {(char)byte};
		struct unit_capture *ours = unit_capture();

		text_print(&ours->text, "%.*s", 1, from);
		assert_int_equal(ours->size, 1);
		assert_int_equal(ours->at[0], printable ? from[0] : '?');
	}
}

/* Passes a format that the compiler would reject, through a pointer. */
static struct unit_capture *print_unchecked(const char *format, ...)
{
	struct unit_capture *ours = unit_capture();
	void (*volatile print)(struct text *, const char *, va_list) = text_print_list;
	va_list list;

	va_start(list, format);
	print(&ours->text, format, list);
	va_end(list);
	return ours;
}

static void a_lone_percent_at_the_end_ends_the_text(void **state)
{
	assert_string_equal(print_unchecked("100%")->at, "100");
	assert_string_equal(print_unchecked("100%#08l")->at, "100");
}

static void an_unknown_conversion_takes_no_argument(void **state)
{
	assert_string_equal(print_unchecked("%q%u", 7)->at, "q7");
}

static void a_buffer_keeps_what_fits_and_always_ends(void **state)
{
	for (size_t size = 1; size <= 8; size++) {
		char *at = unit_take(size);
		struct text_buffer buffer = text_buffer(at, size);

		assert_string_equal(at, "");
		text_print(&buffer.text, "%s", "12345");
		assert_int_equal(buffer.used, size - 1 < 5 ? size - 1 : 5);
		assert_int_equal(strlen(at), buffer.used);
		assert_memory_equal(at, "12345", buffer.used);
	}
}

static void a_buffer_goes_on_where_it_was(void **state)
{
	char at[16];
	struct text_buffer buffer = text_buffer(at, sizeof(at));

	text_print(&buffer.text, "%u", 12);
	text_print(&buffer.text, "-%u", 34);
	assert_string_equal(at, "12-34");
}

static void a_buffer_is_empty_at_first(void **state)
{
	char at[] = "xyz";
	struct text_buffer buffer = text_buffer(at, sizeof(at));

	(void)buffer;
	assert_string_equal(at, "");
	assert_int_equal(at[1], 'y');
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(numbers_print_as_printf_prints_them),
		cmocka_unit_test(a_hash_puts_0x_in_front_as_printf_does_of_all_but_zero),
		cmocka_unit_test(a_hash_puts_0x_before_zero_too),
		cmocka_unit_test(the_smallest_numbers_print_in_full),
		cmocka_unit_test(strings_and_characters_print_as_they_are),
		cmocka_unit_test(a_precision_of_zero_prints_nothing),
		cmocka_unit_test(a_precision_reads_no_byte_beyond_it),
		cmocka_unit_test(bytes_that_are_not_printable_become_question_marks),
		cmocka_unit_test(a_lone_percent_at_the_end_ends_the_text),
		cmocka_unit_test(an_unknown_conversion_takes_no_argument),
		cmocka_unit_test(a_buffer_keeps_what_fits_and_always_ends),
		cmocka_unit_test(a_buffer_goes_on_where_it_was),
		cmocka_unit_test(a_buffer_is_empty_at_first),
	};

	return unit_run(rules, COUNT_OF(rules));
}
