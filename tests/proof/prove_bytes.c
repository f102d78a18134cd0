/*
 * kernel/lib/bytes.h: no access outside of the bytes, whatever the offset.
 *
 * bound: any size, any offset, any content
 * sources: kernel/lib/bytes.c kernel/lib/string.c
 */
#include "kernel/lib/bytes.h"
#include "tests/proof/any_bytes.h"

static bool lies_inside(struct bytes from, size_t offset, size_t size)
{
	return from.size >= size && offset <= from.size - size;
}

void a_number_is_read_if_and_only_if_it_lies_wholly_inside(void)
{
	struct bytes from = any_bytes();
	size_t offset = nondet_size();
	uint32_t value;
	bool inside = bytes_u32(from, offset, &value);

	CLAIM(inside == lies_inside(from, offset, 4), "four bytes");
	if (inside) {
		CLAIM((uint8_t)value == from.at[offset], "the first is the least significant");
		CLAIM(value >> 24 == from.at[offset + 3], "the last is the most significant");
		REACHED("a number inside");
	} else {
		CLAIM(value == 0, "0 if it does not lie inside");
		REACHED("a number outside");
	}
}

void numbers_of_other_sizes_are_read_likewise(void)
{
	struct bytes from = any_bytes();
	size_t offset = nondet_size();
	uint8_t u8;
	uint16_t u16;
	uint64_t u64;

	CLAIM(bytes_u8(from, offset, &u8) == lies_inside(from, offset, 1), "one byte");
	CLAIM(bytes_u16(from, offset, &u16) == lies_inside(from, offset, 2), "two");
	CLAIM(bytes_u64(from, offset, &u64) == lies_inside(from, offset, 8), "eight");
	REACHED("the end");
}

void a_part_lies_inside_the_whole(void)
{
	struct bytes from = any_bytes(), part, rest;
	size_t offset = nondet_size(), size = nondet_size();
	bool inside = bytes_slice(from, offset, size, &part);

	CLAIM(inside == lies_inside(from, offset, size), "a slice, if and only if it lies inside");
	CLAIM(part.size == (inside ? size : 0), "of the size that was asked for, or empty");
	CLAIM(part.size == 0 || part.at == from.at + offset, "at the offset");
	rest = bytes_from(from, offset);
	CLAIM(rest.size == (offset < from.size ? from.size - offset : 0),
	      "the rest ends as the whole");
	CLAIM(rest.size == 0 || rest.at == from.at + offset, "and begins at the offset");
	REACHED("the end");
}

void a_prefix_is_skipped_and_the_rest_lies_inside(void)
{
	struct bytes from = any_bytes(), rest;
	bool skipped = bytes_skip(from, "RSD PTR ", &rest);

	CLAIM(rest.size == (skipped ? from.size - 8 : from.size), "the rest is what follows");
	CLAIM(!skipped || from.size >= 8, "no prefix of fewer bytes");
	CLAIM(!skipped || rest.size == 0 || rest.at == from.at + 8, "where it follows");
	CLAIM(bytes_equal(from, "RSD PTR ") == (skipped && from.size == 8), "equal: no rest");
	REACHED("the end");
}
