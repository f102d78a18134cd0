/*
 * kernel/lib/bytes.h and number.h: the functions that loop over all bytes.
 *
 * bound: any content of up to 12 bytes
 * cbmc: --unwind 14
 * sources: kernel/lib/bytes.c kernel/lib/string.c kernel/lib/number.c
 */
#include "kernel/lib/bytes.h"
#include "kernel/lib/number.h"
#include "tests/proof/any_bytes.h"

enum { MOST = 12 };

void a_string_ends_at_the_first_zero_byte_or_as_the_bytes_do(void)
{
	struct bytes from = any_bytes_up_to(MOST), string = bytes_string(from);

	CLAIM(string.at == from.at && string.size <= from.size, "it lies inside");
	CLAIM(string.size == from.size || from.at[string.size] == 0, "it ends at a zero byte");
	for (size_t i = 0; i < string.size; i++)
		CLAIM(string.at[i] != 0, "and has none");
	if (string.size > 0 && string.size < from.size)
		REACHED("a string that ends before the bytes");
}

void a_word_has_no_space_and_what_is_left_follows_it(void)
{
	struct bytes text = any_bytes_up_to(MOST), rest = text;
	struct bytes word = bytes_take_word(&rest);

	CLAIM(word.size + rest.size <= text.size, "nothing is there twice");
	CLAIM(word.size > 0 || rest.size == 0, "without a word nothing is left");
	CLAIM(rest.size == 0 || rest.at + rest.size == text.at + text.size, "the rest is the end");
	CLAIM(rest.size == 0 || rest.at == word.at + word.size, "and follows the word");
	CLAIM(rest.size == 0 || rest.at[0] == ' ', "after a space");
	for (size_t i = 0; i < word.size; i++)
		CLAIM(word.at[i] != ' ', "a word has no space");
	if (word.size > 1 && rest.size > 1 && word.at > text.at)
		REACHED("a word between spaces");
}

void a_sum_is_that_of_all_bytes(void)
{
	struct bytes all = any_bytes_up_to(MOST), but_last = {all.at, all.size - 1};

	CLAIM(all.size > 0 || bytes_sum(all) == 0, "of none, 0");
	if (all.size == 0)
		return;
	CLAIM(bytes_sum(all) == (uint8_t)(bytes_sum(but_last) + all.at[all.size - 1]),
	      "each byte adds what it is");
	REACHED("bytes");
}

void a_number_is_of_digits_and_what_is_left_follows_it(void)
{
	struct bytes text = any_bytes_up_to(MOST), rest = text;
	uint64_t value;
	bool taken = number_take(&rest, &value);

	CLAIM(rest.size <= text.size, "nothing is added");
	CLAIM(rest.size == 0 || rest.at + rest.size == text.at + text.size, "the rest is the end");
	CLAIM(!taken || rest.size < text.size, "a number has a digit");
	CLAIM(!taken || (text.at[0] >= '0' && text.at[0] <= '9'), "and begins with one");
	if (taken && value > UINT32_MAX && rest.size > 0)
		REACHED("a number of more than 32 bits");
}

void a_range_never_ends_before_it_begins(void)
{
	struct bytes text = any_bytes_up_to(MOST), rest = text;
	uint32_t first, last;
	bool taken = number_take_range(&rest, &first, &last);

	CLAIM(!taken || first <= last, "it rises");
	CLAIM(!taken || rest.size < text.size, "there is less to take");
	CLAIM(!taken || rest.size == 0 || rest.at[-1] == ',', "a comma, or the end");
	if (taken && first < last && rest.size > 0)
		REACHED("a range that another follows");
}
