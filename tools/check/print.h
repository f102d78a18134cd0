/* The findings, told on the standard output. */
#ifndef CHECK_PRINT_H
#define CHECK_PRINT_H

#include "tools/check/findings.h"

/* All of it, for people, with the REPORT block and the verdict at the end. */
void print_text(const struct findings *findings);

/* What each group of CPUs can do, and nothing else. */
void print_caps_answer(const struct findings *findings);

/* All of it as one JSON object; with what the CPUs can do, if caps. */
void print_json(const struct findings *findings, bool caps);

#endif
