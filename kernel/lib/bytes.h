/*
 * Bytes that came from outside: from the loader, the firmware or a person. Nothing reads them but
 * these functions, and each of them checks the bounds. Numbers are little-endian and may lie at
 * any alignment. Pure.
 */
#ifndef KERNEL_BYTES_H
#define KERNEL_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *at;
	size_t size;
};

/* Each reads a number at offset into *value; false, with *value 0, if it does not lie wholly
 * inside. */
bool bytes_u8(struct bytes from, size_t offset, uint8_t *value);
bool bytes_u16(struct bytes from, size_t offset, uint16_t *value);
bool bytes_u32(struct bytes from, size_t offset, uint32_t *value);
bool bytes_u64(struct bytes from, size_t offset, uint64_t *value);

/* Makes *part the size bytes at offset; false, with *part empty, if they do not lie wholly inside.
 */
bool bytes_slice(struct bytes from, size_t offset, size_t size, struct bytes *part);

/* What lies behind offset; empty if that is nothing. */
struct bytes bytes_from(struct bytes from, size_t offset);

/* The bytes before the first zero byte, or all of them. */
struct bytes bytes_string(struct bytes from);

/* Whether the bytes are exactly those of a C string. */
bool bytes_equal(struct bytes from, const char *string);

/* Whether the bytes begin with a C string; *rest is what follows it, or all of them. */
bool bytes_skip(struct bytes from, const char *prefix, struct bytes *rest);

/* Takes the next word, ended by spaces, off *text; an empty one if there is none. */
struct bytes bytes_take_word(struct bytes *text);

/* The sum of all bytes, modulo 256: 0 for an intact ACPI table. */
uint8_t bytes_sum(struct bytes from);

#endif
