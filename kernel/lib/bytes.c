#include "kernel/lib/bytes.h"

#include "kernel/lib/string.h"

/* The test has two comparisons because offset + size can overflow. */
static bool is_inside(struct bytes from, size_t offset, size_t size)
{
	return size <= from.size && offset <= from.size - size;
}

/*
 * Sets a number of a constant size, little-endian like the CPU. It is copied, in one instruction,
 * because fields of ACPI tables are not always aligned. After a failure it is 0, so a caller that
 * ignores the result still has a defined value.
 */
static inline bool number(struct bytes from, size_t offset, size_t size, void *value)
{
	if (!is_inside(from, offset, size)) {
		__builtin_memset(value, 0, size);
		return false;
	}
	__builtin_memcpy(value, from.at + offset, size);
	return true;
}

bool bytes_u8(struct bytes from, size_t offset, uint8_t *value)
{
	return number(from, offset, sizeof(*value), value);
}

bool bytes_u16(struct bytes from, size_t offset, uint16_t *value)
{
	return number(from, offset, sizeof(*value), value);
}

bool bytes_u32(struct bytes from, size_t offset, uint32_t *value)
{
	return number(from, offset, sizeof(*value), value);
}

bool bytes_u64(struct bytes from, size_t offset, uint64_t *value)
{
	return number(from, offset, sizeof(*value), value);
}

/* All empty parts are the same, {0}: none has an address that could be read by mistake. */
bool bytes_slice(struct bytes from, size_t offset, size_t size, struct bytes *part)
{
	if (!is_inside(from, offset, size)) {
		*part = (struct bytes){0};
		return false;
	}
	*part = size > 0 ? (struct bytes){from.at + offset, size} : (struct bytes){0};
	return true;
}

struct bytes bytes_from(struct bytes from, size_t offset)
{
	if (offset >= from.size)
		return (struct bytes){0};
	return (struct bytes){from.at + offset, from.size - offset};
}

struct bytes bytes_string(struct bytes from)
{
	size_t size = 0;

	while (size < from.size && from.at[size] != 0)
		size++;
	return (struct bytes){from.at, size};
}

bool bytes_equal(struct bytes from, const char *string)
{
	struct bytes rest;

	return bytes_skip(from, string, &rest) && rest.size == 0;
}

/* Does not call memcmp() for no bytes: from.at may then be NULL, which C does not permit. */
bool bytes_skip(struct bytes from, const char *prefix, struct bytes *rest)
{
	size_t size = strlen(prefix);

	*rest = from;
	if (from.size < size || (size > 0 && memcmp(from.at, prefix, size) != 0))
		return false;
	*rest = bytes_from(from, size);
	return true;
}

struct bytes bytes_take_word(struct bytes *text)
{
	struct bytes word;
	size_t start = 0, end;

	while (start < text->size && text->at[start] == ' ')
		start++;
	for (end = start; end < text->size && text->at[end] != ' '; end++)
		continue;
	bytes_slice(*text, start, end - start, &word);
	*text = bytes_from(*text, end);
	return word;
}

uint8_t bytes_sum(struct bytes from)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < from.size; i++)
		sum = (uint8_t)(sum + from.at[i]);
	return sum;
}
