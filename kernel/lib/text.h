/*
 * Text, written one character at a time. The writer does not know where it goes (the log, a buffer,
 * a checksum), so no buffer limits its length. Pure.
 */
#ifndef KERNEL_TEXT_H
#define KERNEL_TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	void (*put)(struct text *to, char character);
};

/*
 * Writes formatted text. As in printf: %s %.*s %c %d %u %x %% with l, ll or z before d, u, x; # for
 * 0x; 0 and a width for u and x. %.*s takes untrusted bytes, and writes '?' for each that is not
 * printable ASCII. Any other conversion takes no argument; its letter is written.
 */
__attribute__((format(printf, 2, 3))) void text_print(struct text *to, const char *format, ...);
__attribute__((format(printf, 2, 0))) void text_print_list(struct text *to, const char *format,
                                                           va_list list);

/* Text in a buffer of size bytes, always terminated by a zero. What does not fit is dropped. */
struct text_buffer {
	struct text text;
	char *at;
	size_t size;
	size_t used;
};

/* Returns an empty buffer at at; size must be at least 1. Print into its .text. */
struct text_buffer text_buffer(char *at, size_t size);

#endif
