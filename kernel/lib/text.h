/*
 * Text, made a character at a time: whoever makes it does not know where it goes (the log, a
 * buffer, a checksum), and no length is too long. Pure.
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
 * Writes format's text. As printf: %s %.*s %c %d %u %x %% with l, ll or z before d, u, x; # for 0x;
 * 0 and a width for u and x. %.*s takes any bytes and writes each that is not printable ASCII
 * as '?'. Of any other conversion its letter is written, and no argument taken.
 */
__attribute__((format(printf, 2, 3))) void text_print(struct text *to, const char *format, ...);
__attribute__((format(printf, 2, 0))) void text_print_list(struct text *to, const char *format,
                                                           va_list list);

/* Text kept in a buffer of size bytes, always ended by a zero; what does not fit is dropped. */
struct text_buffer {
	struct text text;
	char *at;
	size_t size;
	size_t used;
};

/* Makes buffer empty; size is at least 1. Print into &buffer.text. */
struct text_buffer text_buffer(char *at, size_t size);

#endif
