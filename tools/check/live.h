/* This computer, as far as Linux lets it be seen. */
#ifndef CHECK_LIVE_H
#define CHECK_LIVE_H

#include "tools/check/findings.h"

#include <stdio.h>

/* Looks at every CPU that is online, and at what Linux says; a dump of it goes to record, if any.
 */
struct findings *live_look(FILE *record);

#endif
