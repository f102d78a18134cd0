/* Stores what a list of names says about capabilities. Pure. */
#ifndef CHECK_NAME_CAPS_H
#define CHECK_NAME_CAPS_H

#include "tools/check/name_list.h"

/* The CPU has the capability with this name of caps.h. */
void name_caps_add(struct name_caps *caps, const char *name);

/* How a control may be set: of a plain MSR, as in caps_table. */
void name_caps_state(struct name_caps *caps, uint32_t msr, unsigned bit, bool may_be_0,
                     bool may_be_1);

/* Returns what the list says of the capability with this name. */
enum name_answer name_caps_has(const struct name_caps *caps, const char *name);

/* The value of an MSR without controls. */
void name_caps_value(struct name_caps *caps, uint32_t msr, uint64_t value);

#endif
