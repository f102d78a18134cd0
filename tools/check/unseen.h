/* Reports what could not be read on this computer, why, and what to do about it. */
#ifndef CHECK_UNSEEN_H
#define CHECK_UNSEEN_H

#include "tools/check/findings.h"

/* Prints it, and which CPUs have other numbers in Linux than in the report. */
void unseen_print(const struct findings *findings, struct text *to);

#endif
