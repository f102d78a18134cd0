/*
 * kernel/lib: what every other folder may use.
 *
 * Untrusted bytes: from the loader, the firmware or a person. Only these functions read them, and
 * each checks the bounds, so no parser needs a check of its own. Numbers are little-endian, at any
 * alignment. Pure.
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

/*
 * Each reads the number at offset into *value. Returns false, and sets *value to 0, if the number
 * does not lie wholly inside.
 */
bool bytes_u8(struct bytes from, size_t offset, uint8_t *value);
bool bytes_u16(struct bytes from, size_t offset, uint16_t *value);
bool bytes_u32(struct bytes from, size_t offset, uint32_t *value);
bool bytes_u64(struct bytes from, size_t offset, uint64_t *value);

/*
 * Sets *part to the size bytes at offset. Returns false, and makes *part empty, if they do not lie
 * wholly inside.
 */
bool bytes_slice(struct bytes from, size_t offset, size_t size, struct bytes *part);

/* Returns the bytes from offset on; empty if there are none. */
struct bytes bytes_from(struct bytes from, size_t offset);

/* Returns the bytes before the first zero byte, or all of them. */
struct bytes bytes_string(struct bytes from);

/* Returns whether the bytes are exactly those of a C string. */
bool bytes_equal(struct bytes from, const char *string);

/* Returns whether the bytes start with a C string. *rest is what follows it, or all bytes. */
bool bytes_skip(struct bytes from, const char *prefix, struct bytes *rest);

/* Removes the next word from *text and returns it; empty if there is none. Spaces end a word. */
struct bytes bytes_take_word(struct bytes *text);

/* Returns the sum of all bytes modulo 256, which is 0 for an intact ACPI table. */
uint8_t bytes_sum(struct bytes from);

#endif
