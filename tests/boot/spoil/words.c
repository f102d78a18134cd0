/* Reads the words of the command line. */
#include "tests/boot/spoil/spoil.h"

static char words[1024];

void words_take(const char *command_line)
{
	size_t size = 0;

	while (command_line[size] != '\0' && size + 1 < sizeof(words)) {
		words[size] = command_line[size];
		size++;
	}
	if (command_line[size] != '\0')
		give_up("the command line is too long");
}

bool words_next(const char **at, const char **word, size_t *size)
{
	const char *text = *at != NULL ? *at : words;

	while (*text == ' ')
		text++;
	*word = text;
	while (*text != ' ' && *text != '\0')
		text++;
	*size = (size_t)(text - *word);
	*at = text;
	return *size > 0;
}

const char *words_value(const char *name, unsigned nth)
{
	const char *at = NULL, *word;
	size_t size;

	while (words_next(&at, &word, &size)) {
		size_t same = 0;

		while (same < size && name[same] != '\0' && word[same] == name[same])
			same++;
		if (name[same] != '\0' || (same < size && word[same] != '='))
			continue;
		if (nth-- == 0)
			return same < size ? word + same + 1 : "";
	}
	return NULL;
}

bool words_have(const char *name)
{
	return words_value(name, 0) != NULL;
}

static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

uint64_t number_take(const char **text)
{
	unsigned base = (*text)[0] == '0' && (*text)[1] == 'x' ? 16 : 10;
	uint64_t value = 0;

	if (base == 16)
		*text += 2;
	if (digit(**text) >= base)
		give_up("a value is no number");
	for (; digit(**text) < base; (*text)++)
		value = value * base + digit(**text);
	if (**text == ':')
		(*text)++;
	return value;
}

uint64_t words_number(const char *name, uint64_t otherwise)
{
	const char *value = words_value(name, 0);

	return value != NULL && *value != '\0' ? number_take(&value) : otherwise;
}
