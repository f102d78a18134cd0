/* Splits a text into lines and fields. Pure; the bytes are not trusted. */
#ifndef CHECK_LINES_H
#define CHECK_LINES_H

#include "kernel/lib/bytes.h"

/* Takes the next line, without its end, off *text. Returns false at the end. */
bool lines_take(struct bytes *text, struct bytes *line);

/* Returns the line without leading and trailing spaces. */
struct bytes lines_trim(struct bytes line);

/* Returns true if the part is somewhere in the text. */
bool lines_have(struct bytes text, const char *part);

/* Takes the part before the first separator, and the separator, off *text; false if none. */
bool lines_take_until(struct bytes *text, const char *separator, struct bytes *part);

/*
 * Takes the next key=value off *line. A value in double quotes ends with them, any other at the
 * next key, because older logs have unquoted values with spaces. Returns false if there is no key.
 */
bool lines_take_field(struct bytes *line, struct bytes *key, struct bytes *value);

/* Copies to a string. Truncates it to size, and replaces unprintable bytes by '?'. */
void lines_copy(struct bytes from, char *to, size_t size);

/* Iterates over a list such as "0-3,8". Initialize rest with it, and the other members with 0. */
struct lines_list {
	struct bytes rest;
	uint32_t next, last;
	bool in_range;
};

bool lines_take_number(struct lines_list *list, uint32_t *number);

#endif
