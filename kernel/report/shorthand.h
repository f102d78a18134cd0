/*
 * A shorter spelling of the report, in the 45 characters of a QR code's alphanumeric mode: a word
 * of the report is one or two characters, and so is each character that is not among the 45. Pure.
 */
#ifndef KERNEL_SHORTHAND_H
#define KERNEL_SHORTHAND_H

#include "kernel/lib/text.h"

#include <stdbool.h>

#define SHORTHAND_MARK "RM1:" /* begins the text of a QR code */

enum {
	SHORTHAND_SINGLES =
		18, /* words that are one character, G to X; each other is '$' and one more */
	SHORTHAND_WINDOW = 40, /* more than the longest word */
	SHORTHAND_LOWER = 'Y', /* before a capital: it stands for the small letter */
	SHORTHAND_UPPER = 'Z', /* before a capital: it stands for itself */
	SHORTHAND_WORD = '$',
	SHORTHAND_BYTE = '%', /* before two digits: the byte, in hexadecimal */
};

extern const char *const shorthand_words[];
extern const unsigned shorthand_word_count;

/* A text that writes the shorthand of what it gets to a buffer. */
struct shorthand {
	struct text text;
	char *at;
	size_t size;
	size_t used; /* more than size: the buffer was too small */
	char window[SHORTHAND_WINDOW];
	size_t waiting; /* characters in the window, not written yet */
};

/* Begins with SHORTHAND_MARK. Print into its .text, and end with shorthand_finish(). */
void shorthand_begin(struct shorthand *shorthand, char *at, size_t size);

/* Writes what waits. Returns false if the buffer was too small. */
bool shorthand_finish(struct shorthand *shorthand);

#endif
