/* The findings, told on the standard output. */
#ifndef CHECK_TELL_H
#define CHECK_TELL_H

#include "tools/check/findings.h"

/* All of it, for people, with the REPORT block and the verdict at the end. */
void tell_text(const struct findings *findings);

/* What each group of CPUs can do, and nothing else. */
void tell_caps(const struct findings *findings);

/* All of it as one JSON object; with what the CPUs can do, if caps. */
void tell_json(const struct findings *findings, bool caps);

#endif
