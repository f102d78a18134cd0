/* Sentences of operating systems and tools that say whether VMX is there. Pure. */
#ifndef CHECK_NAME_PHRASES_H
#define CHECK_NAME_PHRASES_H

#include "tools/check/name_list.h"

/* Adds what a line says, if it has one of the sentences. */
void name_phrases_read(struct bytes line, struct name_list *list, struct vmx_evidence *evidence);

#endif
