/*
 * tests/unit/ tests the pure and the replaceable parts of the kernel on the host. A test program
 * has the rules of a module: each rule is a function named after it, listed in main(). Each runs in
 * a process of its own, so no rule sees the state that another left. This header has what they
 * share.
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
#include "kernel/lib/count.h"
#include "kernel/lib/text.h"

/*
 * Runs the rules and returns the exit status for main(). Stops at the first that fails if the
 * environment has UNIT_STOP, as tools/mutate sets it.
 */
int unit_run(const struct CMUnitTest *rules, size_t count);

/*
 * Returns a copy on the heap of exactly this size, so that ASan detects a read past its end. It is
 * freed when the rule ends.
 */
struct bytes unit_bytes(const void *from, size_t size);
struct bytes unit_string_bytes(const char *string);

/* Returns zeroed memory, which is freed when the rule ends. */
void *unit_take(size_t size);

/* Bytes that a test writes one after the other; numbers are little-endian. Initialize with {0}. */
struct unit_writer {
	uint8_t at[8192];
	size_t size;
};

void unit_put(struct unit_writer *to, uint64_t value, size_t size);
void unit_put_string(struct unit_writer *to, const char *string); /* without the ending zero */
void unit_fill(struct unit_writer *to, size_t end);               /* zeros up to there */
void unit_set(struct unit_writer *to, size_t at, uint64_t value, size_t size);
struct bytes unit_written(const struct unit_writer *from);

/* Write the 36-byte header of an ACPI table, and at the end its length and checksum. */
void unit_begin_table(struct unit_writer *to, const char *signature);
void unit_end_table(struct unit_writer *to);

/* Text of any length: print to &capture->text; at is a string. Initialize with unit_capture(). */
struct unit_capture {
	struct text text;
	char *at;
	size_t size;
	size_t room;
};

struct unit_capture *unit_capture(void);

/* Returns the next pseudo-random number. The sequence is the same in every run. */
uint32_t unit_random(uint32_t *state);

/* Returns the number of times that part occurs in whole. */
size_t unit_occurrences(const char *whole, const char *part);

#endif
