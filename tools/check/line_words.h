/* Splits a line of a tool's output into words. Pure; the bytes are not trusted. */
#ifndef CHECK_LINE_WORDS_H
#define CHECK_LINE_WORDS_H

#include "kernel/lib/bytes.h"

enum { WORDS_MAX = 48 };

/* The words of a line, without the characters between them, which are spaces and " ,:=()[]|;". */
struct words {
	struct bytes word[WORDS_MAX];
	bool assigned[WORDS_MAX]; /* ':' or '=' follows it */
	unsigned count;
};

/* Takes the words of a line, at most WORDS_MAX. */
void words_split(struct bytes line, struct words *words);

/* Returns whether there is a word number at, and whether it is this one, in any case. */
bool words_is(const struct words *words, unsigned at, const char *word);

/*
 * Reads a word that is a hexadecimal number: after 0x, or else with at least one decimal digit, so
 * that no English word is one, and perhaps an h at its end. The groups of a long one may be
 * separated by '-' or '`'.
 */
bool words_number(const struct words *words, unsigned at, uint64_t *value);

/* Reads a word such as "0x756e6547" or "756E6547": eight hexadecimal digits. */
bool words_register(const struct words *words, unsigned at, uint32_t *value);

#endif
