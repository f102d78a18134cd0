/* Whether a CPU has 64-bit mode. The kernel knows before it starts; here CPUID says it. Pure. */
#ifndef CHECK_LONG_MODE_H
#define CHECK_LONG_MODE_H

#include "arch/x86_64/vmx/survey.h"

enum long_mode {
	LONG_MODE_UNSEEN, /* not in the dump, or the CPU was not examined */
	LONG_MODE_NO,
	LONG_MODE_YES,
};

/* Returns what CPUID.80000001H:EDX.LM[29] says, if has_leaf() says that the source has the leaf. */
enum long_mode long_mode_read(struct survey_source *source,
                              bool (*has_leaf)(struct survey_source *source, uint32_t leaf));

#endif
