/* Prints the findings on the standard output. */
#ifndef CHECK_PRINT_H
#define CHECK_PRINT_H

#include "tools/check/fail.h"
#include "tools/check/findings.h"

/* Prints everything for people, and the REPORT block and the verdict at the end. */
void print_text(const struct findings *findings);

/* Prints the VMX capabilities of each group of equal CPUs. */
void print_caps_answer(const struct findings *findings);

/* What JSON includes, and its form. */
struct json_choice {
	bool caps;
	bool lines; /* of a log */
	bool one_line;
	const char *required; /* for requires_print(); NULL: nothing */
};

/* Prints everything as one JSON object. */
void print_json(const struct findings *findings, const struct json_choice *choice);

/* Prints, as a line of JSON, why a file was refused. */
void print_json_refusal(const char *path, const struct refusal *refusal);

#endif
