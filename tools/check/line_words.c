#include "tools/check/line_words.h"

#include <string.h>

enum { DIGITS_MAX = 16, REGISTER_DIGITS = 8 };

static bool is_separator(uint8_t c)
{
	return c == '\0' || strchr(" ,:=()[]|;", c) != NULL;
}

void words_split(struct bytes line, struct words *words)
{
	size_t at = 0;

	words->count = 0;
	while (words->count < WORDS_MAX) {
		size_t end;

		while (at < line.size && is_separator(line.at[at]))
			at++;
		for (end = at; end < line.size && !is_separator(line.at[end]);)
			end++;
		if (end == at)
			return;
		bytes_slice(line, at, end - at, &words->word[words->count]);
		for (at = end; at < line.size && (line.at[at] == ' ' || line.at[at] == ')');)
			at++;
		words->assigned[words->count++] =
			at < line.size && (line.at[at] == ':' || line.at[at] == '=');
	}
}

static uint8_t words_lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

bool words_is(const struct words *words, unsigned at, const char *word)
{
	size_t i = 0;

	if (at >= words->count)
		return false;
	for (; i < words->word[at].size && word[i] != '\0'; i++) {
		if (words_lower(words->word[at].at[i]) != (uint8_t)word[i])
			return false;
	}
	return i == words->word[at].size && word[i] == '\0';
}

/* Returns the digits of a number, without 0x and h. *marked says that 0x was there. */
static struct bytes words_digits(struct bytes word, bool *marked)
{
	struct bytes digits;

	*marked = bytes_skip(word, "0x", &digits) || bytes_skip(word, "0X", &digits);
	if (!*marked && digits.size > 1 && words_lower(digits.at[digits.size - 1]) == 'h')
		digits.size--;
	return digits;
}

static bool hexadecimal(struct bytes digits, uint64_t *value, unsigned *count, bool *decimal)
{
	*value = 0;
	*count = 0;
	*decimal = false;
	for (size_t i = 0; i < digits.size; i++) {
		uint8_t c = words_lower(digits.at[i]);

		if ((c == '-' || c == '`') && i > 0 && i + 1 < digits.size)
			continue;
		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
		*decimal |= c <= '9';
		*value = *value << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
		if (++*count > DIGITS_MAX)
			return false;
	}
	return *count > 0;
}

bool words_number(const struct words *words, unsigned at, uint64_t *value)
{
	bool marked, decimal;
	unsigned count;
	uint64_t number;

	if (at >= words->count ||
	    !hexadecimal(words_digits(words->word[at], &marked), &number, &count, &decimal) ||
	    !(marked || decimal))
		return false;
	*value = number;
	return true;
}

bool words_register(const struct words *words, unsigned at, uint32_t *value)
{
	bool marked, decimal;
	unsigned count;
	uint64_t wide;

	if (at >= words->count ||
	    !hexadecimal(words_digits(words->word[at], &marked), &wide, &count, &decimal) ||
	    count != REGISTER_DIGITS)
		return false;
	*value = (uint32_t)wide;
	return true;
}
