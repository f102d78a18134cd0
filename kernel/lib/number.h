/* Numbers and lists of CPUs as people write them. Pure; the bytes are not trusted. */
#ifndef KERNEL_NUMBER_H
#define KERNEL_NUMBER_H

#include "kernel/lib/bytes.h"

/*
 * Reads the number at the start of *text, decimal or, after 0x, hexadecimal, and advances *text
 * past it. Returns false, with *text anywhere in the number, if there is none or it does not fit
 * in 64 bits.
 */
bool number_take(struct bytes *text, uint64_t *value);

/* Read only decimal digits, or only hexadecimal ones without 0x, and otherwise do the same. */
bool number_take_decimal(struct bytes *text, uint64_t *value);
bool number_take_hexadecimal(struct bytes *text, uint64_t *value);

/* Reads text, all of which must be one number, into *value. Returns false if it is not. */
bool number_read(struct bytes text, uint64_t *value);

/*
 * Removes the first part, such as "0-3", from a list like "0-3,8", which must not be empty. Returns
 * false if the list is malformed.
 */
bool number_take_range(struct bytes *text, uint32_t *first, uint32_t *last);

#endif
