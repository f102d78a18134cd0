/*
 * In place of kernel/lib/bytes.c, for proofs of its callers: what prove_bytes.c proves of each
 * function, and no more. What is read is any value.
 */
#include "kernel/lib/bytes.h"
#include "kernel/lib/string.h"
#include "tests/proof/claims.h"

static bool is_inside(struct bytes from, size_t offset, size_t size)
{
	return from.size >= size && offset <= from.size - size;
}

bool bytes_u8(struct bytes from, size_t offset, uint8_t *value)
{
	bool inside = is_inside(from, offset, sizeof(*value));

	*value = inside ? nondet_u8() : 0;
	return inside;
}

bool bytes_u16(struct bytes from, size_t offset, uint16_t *value)
{
	bool inside = is_inside(from, offset, sizeof(*value));

	*value = inside ? nondet_u16() : 0;
	return inside;
}

bool bytes_u32(struct bytes from, size_t offset, uint32_t *value)
{
	bool inside = is_inside(from, offset, sizeof(*value));

	*value = inside ? nondet_u32() : 0;
	return inside;
}

bool bytes_u64(struct bytes from, size_t offset, uint64_t *value)
{
	bool inside = is_inside(from, offset, sizeof(*value));

	*value = inside ? nondet_u64() : 0;
	return inside;
}

bool bytes_slice(struct bytes from, size_t offset, size_t size, struct bytes *part)
{
	bool inside = is_inside(from, offset, size);

	*part = inside && size > 0 ? (struct bytes){from.at + offset, size} : (struct bytes){0};
	return inside;
}

struct bytes bytes_from(struct bytes from, size_t offset)
{
	return offset < from.size ? (struct bytes){from.at + offset, from.size - offset}
	                          : (struct bytes){0};
}

struct bytes bytes_string(struct bytes from)
{
	size_t size = nondet_size();

	GIVEN(size <= from.size); /* proved: it ends at a zero byte, or as the bytes do */
	return (struct bytes){from.at, size};
}

bool bytes_skip(struct bytes from, const char *prefix, struct bytes *rest)
{
	size_t size = strlen(prefix);
	bool skipped = nondet_bool() && from.size >= size;

	*rest = skipped ? bytes_from(from, size) : from;
	return skipped;
}

bool bytes_equal(struct bytes from, const char *string)
{
	return nondet_bool() && from.size == strlen(string);
}

struct bytes bytes_take_word(struct bytes *text)
{
	size_t start = nondet_size(), end = nondet_size();
	struct bytes word;

	GIVEN(start <= end && end <= text->size); /* proved: it lies inside */
	GIVEN(start < end || end == text->size);  /* proved: no word, so nothing is left */
	bytes_slice(*text, start, end - start, &word);
	*text = bytes_from(*text, end);
	return word;
}

uint8_t bytes_sum(struct bytes from)
{
	return from.size > 0 ? nondet_u8() : 0;
}
