/*
 * Undoes what consoles and the programs that record them do to a log: carriage returns, tabs, NUL
 * bytes, escape sequences, UTF-16, a prefix on each line, lines folded at a width. Pure.
 */
#ifndef CHECK_CLEAN_H
#define CHECK_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Cleans any text in place. Returns its size, which is never more than before. */
size_t clean_text(uint8_t *at, size_t size);

/*
 * Cleans a log of the kernel in place, after clean_text(): removes what comes before the kernel's
 * own words in a line, and joins lines that were folded. Returns the size. Other text stays as it
 * is. *prefixed is whether there was something in front of a line, except for the first.
 */
size_t clean_log(uint8_t *at, size_t size, bool *prefixed);

#endif
