/* Reads what is no log: a dump, or what other programs print about a computer. */
#ifndef CHECK_DUMP_INPUT_H
#define CHECK_DUMP_INPUT_H

#include "kernel/lib/bytes.h"
#include "tools/check/fail.h"
#include "tools/check/findings.h"

/* Fills the findings from it. Returns false, and says why, if it is none. */
bool dump_look(struct bytes text, struct findings *findings, struct refusal *refusal);

#endif
