#include "tools/check/lines.h"

#include "kernel/lib/number.h"

#include <string.h>

bool lines_take(struct bytes *text, struct bytes *line)
{
	const uint8_t *end;

	if (text->size == 0)
		return false;
	end = memchr(text->at, '\n', text->size);
	if (end == NULL) {
		*line = *text;
		*text = (struct bytes){0};
		return true;
	}
	line->at = text->at;
	line->size = (size_t)(end - text->at);
	*text = bytes_from(*text, line->size + 1);
	return true;
}

struct bytes lines_trim(struct bytes line)
{
	while (line.size > 0 && line.at[0] == ' ')
		line = bytes_from(line, 1);
	while (line.size > 0 && line.at[line.size - 1] == ' ')
		line.size--;
	return line;
}

bool lines_have(struct bytes text, const char *part)
{
	return text.size > 0 && memmem(text.at, text.size, part, strlen(part)) != NULL;
}

bool lines_take_until(struct bytes *text, const char *separator, struct bytes *part)
{
	const uint8_t *end;

	if (text->size == 0)
		return false;
	end = memmem(text->at, text->size, separator, strlen(separator));
	if (end == NULL)
		return false;
	*part = (struct bytes){text->at, (size_t)(end - text->at)};
	*text = bytes_from(*text, part->size + strlen(separator));
	return true;
}

static bool is_key_character(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* Returns whether the text begins with "key=". */
static bool begins_with_key(struct bytes text, size_t *size)
{
	*size = 0;
	while (*size < text.size && is_key_character(text.at[*size]))
		++*size;
	return *size > 0 && *size < text.size && text.at[*size] == '=';
}

/* Returns the size of an unquoted value: up to a space before a key, or to the end. */
static size_t plain_size(struct bytes text)
{
	size_t key_size;

	for (size_t i = 0; i < text.size; i++) {
		if (text.at[i] == ' ' && begins_with_key(bytes_from(text, i + 1), &key_size))
			return i;
	}
	return lines_trim(text).size == 0 ? 0 : text.size;
}

bool lines_take_field(struct bytes *line, struct bytes *key, struct bytes *value)
{
	size_t size;

	while (line->size > 0 && line->at[0] == ' ')
		*line = bytes_from(*line, 1);
	if (!begins_with_key(*line, &size))
		return false;
	*key = (struct bytes){line->at, size};
	*line = bytes_from(*line, size + 1);
	if (bytes_skip(*line, "\"", line))
		return lines_take_until(line, "\"", value);
	size = plain_size(*line);
	*value = (struct bytes){line->at, size};
	*line = bytes_from(*line, size);
	return true;
}

void lines_copy(struct bytes from, char *to, size_t size)
{
	size_t used = 0;

	for (; used < from.size && used + 1 < size; used++)
		to[used] =
			(char)(from.at[used] >= ' ' && from.at[used] <= '~' ? from.at[used] : '?');
	to[used] = '\0';
}

bool lines_take_number(struct lines_list *list, uint32_t *number)
{
	if (!list->in_range) {
		if (list->rest.size == 0 ||
		    !number_take_range(&list->rest, &list->next, &list->last))
			return false;
		list->in_range = true;
	}
	*number = list->next;
	if (list->next == list->last)
		list->in_range = false;
	else
		list->next++;
	return true;
}
