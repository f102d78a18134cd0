/* Text from a file, line by line and word by word. Pure; the bytes are not trusted. */
#ifndef CHECK_LINES_H
#define CHECK_LINES_H

#include "kernel/lib/bytes.h"

/* Takes the next line, without its end, off *text; false at the end. */
bool lines_take(struct bytes *text, struct bytes *line);

/* The line without spaces in front and behind. */
struct bytes lines_trim(struct bytes line);

/* Takes what is before the first separator, and the separator, off *text; false if there is none.
 */
bool lines_take_until(struct bytes *text, const char *separator, struct bytes *part);

/*
 * Takes the next key=value off *line. A value in double quotes ends with them; any other with the
 * next key, for older logs have values with spaces and without quotes. False if there is no key.
 */
bool lines_take_field(struct bytes *line, struct bytes *key, struct bytes *value);

/* A copy that ends with a zero; what does not fit is left out, what is not printable becomes '?'.
 */
void lines_copy(struct bytes from, char *to, size_t size);

/* A list such as "0-3,8", number by number. Begin with the list and zeros. */
struct lines_list {
	struct bytes rest;
	uint32_t next, last;
	bool in_range;
};

bool lines_take_number(struct lines_list *list, uint32_t *number);

#endif
