/* --requires: whether every CPU has the VMX capabilities that a hypervisor, or a file, requires. */
#ifndef CHECK_REQUIRES_H
#define CHECK_REQUIRES_H

#include "tools/check/findings.h"

/*
 * Print, unless quiet, whether every CPU has what is required, and which CPUs lack what. Return
 * an exit status: 0, STATUS_UNMET, or STATUS_NO_VERDICT if too little was read. wanted is the name
 * of a profile of kernel/record/profiles.h, or the path of a file with a capability on each line;
 * what is neither ends the program.
 */
int requires_print(const char *wanted, const struct findings *findings, struct text *to);
int requires_status(const char *wanted, const struct findings *findings, bool quiet);

#endif
