#include "tools/check/qr_text.h"

#include "kernel/lib/qr.h"
#include "kernel/report/shorthand.h"
#include "tools/check/fail.h"
#include "tools/check/lines.h"

#include <string.h>

bool qr_text_find(struct bytes text, struct bytes *code)
{
	struct bytes line;

	while (lines_take(&text, &line)) {
		struct bytes before;

		/* zbarimg prints "QR-Code:" first, without its option --raw. */
		if (lines_take_until(&line, SHORTHAND_MARK, &before) && before.size <= 16) {
			*code = line;
			return true;
		}
	}
	return false;
}

/* Returns the value of a character of the code, which is removed; -1 if there is none. */
static int take(struct bytes *code)
{
	const char *at;
	uint8_t character;

	if (!bytes_u8(*code, 0, &character) || character == '\0')
		return -1;
	*code = bytes_from(*code, 1);
	at = strchr(qr_alphabet, character);
	return at != NULL ? (int)(at - qr_alphabet) : -1;
}

static bool add_word(unsigned word, uint8_t *at, size_t *size)
{
	size_t length;

	if (word >= shorthand_word_count)
		return false;
	length = strlen(shorthand_words[word]);
	memcpy(at + *size, shorthand_words[word], length);
	*size += length;
	return true;
}

static bool is_capital(int value)
{
	return value >= 10 && value < 36;
}

/* Expands what follows an escape character. */
static bool expand_escape(char escape, struct bytes *code, uint8_t *at, size_t *size)
{
	int value = take(code);

	if (value < 0)
		return false;
	if (escape == SHORTHAND_WORD)
		return add_word(SHORTHAND_SINGLES + (unsigned)value, at, size);
	if (escape == SHORTHAND_BYTE) {
		int low = take(code);

		at[(*size)++] = (uint8_t)(value << 4 | low);
		return value < 16 && low >= 0 && low < 16;
	}
	at[(*size)++] = (uint8_t)(value - 10 + (escape == SHORTHAND_LOWER ? 'a' : 'A'));
	return is_capital(value);
}

/* Expands one character, with what belongs to it. */
static bool expand_one(struct bytes *code, uint8_t *at, size_t *size)
{
	int value = take(code);
	char character;

	if (value < 0)
		return false;
	character = qr_alphabet[value];
	if (character >= 'G' && character < 'G' + SHORTHAND_SINGLES)
		return add_word((unsigned)(character - 'G'), at, size);
	if (character == SHORTHAND_WORD || character == SHORTHAND_BYTE ||
	    character == SHORTHAND_LOWER || character == SHORTHAND_UPPER)
		return expand_escape(character, code, at, size);
	if (is_capital(value))
		character = (char)(value - 10 + 'a');
	at[(*size)++] = (uint8_t)character;
	return true;
}

size_t qr_text_expand(struct bytes code, uint8_t **at)
{
	size_t size = 0;

	*at = allocate(code.size + 1, SHORTHAND_WINDOW);
	while (expand_one(&code, *at, &size))
		continue;
	return size;
}
