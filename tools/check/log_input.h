/*
 * A log of the kernel's, docs/serial-log.md, as input: its REPORT block, the verdict behind it, and
 * what only its lines for people say. The bytes are not trusted.
 */
#ifndef CHECK_LOG_INPUT_H
#define CHECK_LOG_INPUT_H

#include "kernel/lib/bytes.h"
#include "tools/check/findings.h"

/* Finds the last REPORT block; *block begins with its head. False if there is none. */
bool log_find_block(struct bytes text, struct bytes *block);

/* Whether text without a block is a log all the same, whose end is missing. */
bool log_is_unfinished(struct bytes text);

/* Makes findings of it. What cannot be used at all ends the program. */
void log_look(struct bytes text, struct bytes block, struct findings *findings);

/* Takes from the lines for people, before the block, what only they say: each CPU's brand string.
 */
void log_look_at_people(struct bytes text, struct findings *findings);

/* Prints those lines, without their times and the count of CPUs; false if there are none. */
bool log_print_people(struct bytes text, struct text *to);

#endif
