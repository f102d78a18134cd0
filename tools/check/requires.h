/* --requires: whether every CPU has the VMX capabilities that a hypervisor, or a file, requires. */
#ifndef CHECK_REQUIRES_H
#define CHECK_REQUIRES_H

#include "tools/check/findings.h"

/*
 * Prints, unless quiet, whether every CPU has what is required, and which CPUs lack what. Returns
 * whether they have. wanted is the name of a profile of kernel/record/profiles.h, or the path of a
 * file with a capability on each line; what is neither ends the program.
 */
bool requires_met(const char *wanted, const struct findings *findings, bool quiet);

#endif
