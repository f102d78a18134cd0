/* Numbers and lists of CPUs as people write them. Pure; the bytes are not trusted. */
#ifndef KERNEL_NUMBER_H
#define KERNEL_NUMBER_H

#include "kernel/lib/bytes.h"

/*
 * Reads a number at the start of *text, in decimal or, behind 0x, in hexadecimal, and moves *text
 * behind it. False, and *text somewhere in it, if there is none or it does not fit 64 bits.
 */
bool number_take(struct bytes *text, uint64_t *value);

/* The same for decimal digits only. */
bool number_take_decimal(struct bytes *text, uint64_t *value);

/* Whether all of text is one number; it is in *value then. */
bool number_read(struct bytes text, uint64_t *value);

/*
 * Takes the next part, such as "0-3", off a list like "0-3,8" that is not empty; false if the list
 * is malformed.
 */
bool number_take_range(struct bytes *text, uint32_t *first, uint32_t *last);

#endif
