/* Prints the findings on the standard output. */
#ifndef CHECK_PRINT_H
#define CHECK_PRINT_H

#include "tools/check/findings.h"

/* Prints everything for people, and the REPORT block and the verdict at the end. */
void print_text(const struct findings *findings);

/* Prints the VMX capabilities of each group of equal CPUs. */
void print_caps_answer(const struct findings *findings);

/* Prints everything as one JSON object; with the capabilities, if caps. */
void print_json(const struct findings *findings, bool caps);

#endif
