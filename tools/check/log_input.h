/*
 * Reads a log of the kernel, see docs/serial-log.md: the REPORT block, the verdict after it, and
 * what only the lines for people contain. The bytes are not trusted: logs are cut, damaged by
 * serial ports, and edited in mails.
 */
#ifndef CHECK_LOG_INPUT_H
#define CHECK_LOG_INPUT_H

#include "kernel/lib/bytes.h"
#include "tools/check/findings.h"

/* Finds the last REPORT block. *block begins with its head. Returns false if there is none. */
bool log_find_block(struct bytes text, struct bytes *block);

/* Returns whether a text without a block is a log whose end is missing. */
bool log_is_unfinished(struct bytes text);

/* Fills the findings from it. Unusable input ends the program. */
void log_look(struct bytes text, struct bytes block, struct findings *findings);

/* Reads from the lines for people, before the block, the brand strings of the CPUs. */
void log_look_at_people(struct bytes text, struct findings *findings);

/* Prints those lines without the times and the count line. Returns false if there are none. */
bool log_print_people(struct bytes text, struct text *to);

#endif
