/*
 * What the unit tests share. A test program is one module's rules, each a function named for the
 * rule, listed in main(). Each rule runs in a process of its own, so that none sees what another
 * has left in a module.
 */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

/* clang-format off: cmocka needs these before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "kernel/lib/bytes.h"
#include "kernel/lib/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Runs the rules; returns main()'s exit status. */
int unit_run(const struct CMUnitTest *rules, size_t count);

/*
 * A copy on the heap, exactly as large as what is given, so that ASan sees each byte that is read
 * beyond. It lives until the rule ends.
 */
struct bytes unit_bytes(const void *from, size_t size);
struct bytes unit_string_bytes(const char *string);

/* Memory, zeroed, that lives until the rule ends. */
void *unit_take(size_t size);

/* Bytes that a test builds piece by piece; numbers little-endian. Begin with {0}. */
struct unit_writer {
	uint8_t at[8192];
	size_t size;
};

void unit_put(struct unit_writer *to, uint64_t value, size_t size);
void unit_put_string(struct unit_writer *to, const char *string); /* without the ending zero */
void unit_fill(struct unit_writer *to, size_t end);               /* zeros up to there */
void unit_set(struct unit_writer *to, size_t at, uint64_t value, size_t size);
struct bytes unit_written(const struct unit_writer *from);

/* An ACPI table's header of 36 bytes with room for its length and checksum; and these, at the end.
 */
void unit_begin_table(struct unit_writer *to, const char *signature);
void unit_end_table(struct unit_writer *to);

/* Text of any length: print into &capture->text; at is a string. Begin with unit_capture(). */
struct unit_capture {
	struct text text;
	char *at;
	size_t size;
	size_t room;
};

struct unit_capture *unit_capture(void);

/* Numbers that look random and are the same in every run. */
uint32_t unit_random(uint32_t *state);

/* How often part is in whole. */
size_t unit_occurrences(const char *whole, const char *part);

#endif
