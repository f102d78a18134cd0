/* Prints JSON member by member, with commas and indentation, and without building a tree. */
#ifndef CHECK_JSON_H
#define CHECK_JSON_H

#include "kernel/lib/bytes.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *to;
	unsigned depth;
	bool begun;    /* the open object or array is not empty */
	bool one_line; /* print no line ends but the last */
};

/* name is the member's name; NULL in an array and at the top. */
void json_open(struct json *json, const char *name, char bracket);        /* '{' or '[' */
void json_close(struct json *json, char bracket);                         /* '}' or ']' */
void json_string(struct json *json, const char *name, const char *value); /* NULL: null */
void json_number(struct json *json, const char *name, uint64_t value);
void json_hex(struct json *json, const char *name, uint64_t value); /* as a string "0x..." */
void json_bool(struct json *json, const char *name, bool value);

/* Prints bytes as a string. */
void json_bytes(struct json *json, const char *name, struct bytes value);

/* Prints a text of several lines as an array of strings. */
void json_lines(struct json *json, const char *name, const char *lines);

#endif
