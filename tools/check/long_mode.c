#include "tools/check/long_mode.h"

#include "arch/x86_64/registers.h"

#define LEAF_EXTENDED_MAXIMUM  0x80000000u
#define LEAF_EXTENDED_FEATURES 0x80000001u

enum long_mode long_mode_read(struct survey_source *source,
                              bool (*has_leaf)(struct survey_source *source, uint32_t leaf))
{
	if (!has_leaf(source, LEAF_EXTENDED_MAXIMUM))
		return LONG_MODE_UNSEEN;
	if (source->cpuid(source, LEAF_EXTENDED_MAXIMUM, 0).eax < LEAF_EXTENDED_FEATURES)
		return LONG_MODE_NO;
	if (!has_leaf(source, LEAF_EXTENDED_FEATURES))
		return LONG_MODE_UNSEEN;
	return source->cpuid(source, LEAF_EXTENDED_FEATURES, 0).edx & CPUID_80000001_EDX_LONG_MODE
	               ? LONG_MODE_YES
	               : LONG_MODE_NO;
}
