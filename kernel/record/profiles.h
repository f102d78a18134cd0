/*
 * What hypervisors require of a CPU's VMX, as names of caps.h. It says no more than that: a
 * hypervisor may require other things, too. The sources and their dates are in
 * docs/requirements.md. Pure.
 */
#ifndef KERNEL_PROFILES_H
#define KERNEL_PROFILES_H

#include "kernel/record/vmx_record.h"

#include <stddef.h>

struct profile {
	const char *name;
	const struct profile *includes; /* all that this one requires, too; or NULL */
	const char *const *needs;       /* ends with NULL */
};

extern const struct profile *const profiles[];
extern const size_t profiles_count;

/*
 * Returns capability number n, from 0, of those that the profile requires and the CPU lacks; NULL
 * if it lacks no more. CPUs whose capabilities were not read lack all: see caps_is_known().
 */
const char *profile_lacks(const struct profile *profile, const struct vmx_evidence *evidence,
                          unsigned n);

#endif
