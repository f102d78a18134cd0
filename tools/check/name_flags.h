/* Lists of CPU flags, as Linux, FreeBSD and tools on them print them. Pure. */
#ifndef CHECK_NAME_FLAGS_H
#define CHECK_NAME_FLAGS_H

#include "tools/check/name_list.h"

/* Returns whether a list of words has this one. Spaces, commas and brackets separate them. */
bool name_has_word(struct bytes words, const char *word);

/* Adds what the flags say. A CPU whose flags lack vmx may have it: see struct name_list. */
void name_flags_read(struct bytes flags, struct name_list *list, struct vmx_evidence *evidence);

/* The same for a line that may be the rest of flags that a program or a mail has folded. */
void name_flags_go_on(struct bytes line, struct name_list *list, struct vmx_evidence *evidence);

#endif
