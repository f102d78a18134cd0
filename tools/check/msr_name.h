/* The MSRs that rootmode-check uses, by the names that other tools print. Pure. */
#ifndef CHECK_MSR_NAME_H
#define CHECK_MSR_NAME_H

#include "kernel/lib/bytes.h"

/* Finds an MSR by a name such as IA32_VMX_BASIC. Returns false if it is none of those used here. */
bool msr_by_name(struct bytes name, uint32_t *msr);

/* Returns whether it is an MSR that a dump may have. */
bool msr_is_used(uint64_t msr);

#endif
