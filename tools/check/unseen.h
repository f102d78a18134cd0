/* What could not be seen of this computer, why, and what to do about it. */
#ifndef CHECK_UNSEEN_H
#define CHECK_UNSEEN_H

#include "tools/check/findings.h"

/* In lines; also which CPUs have other numbers under Linux than in the report. */
void unseen_print(const struct findings *findings, struct text *to);

#endif
