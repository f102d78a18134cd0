/* Examines this computer, as far as Linux permits. */
#ifndef CHECK_LIVE_H
#define CHECK_LIVE_H

#include "tools/check/findings.h"

#include <stdio.h>

/* Examines every online CPU, and what Linux reports. Writes a dump to record unless it is NULL. */
struct findings *live_look(FILE *record);

#endif
