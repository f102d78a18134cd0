/* The verdict on the screen: a bar in the verdict's colour, its word in letters of many cells.
 * Pure. */
#ifndef KERNEL_BANNER_H
#define KERNEL_BANNER_H

#include "kernel/lib/bytes.h"
#include "kernel/console/cells.h"

/* Adds it at the bottom. line is the log's last, "RESULT: PASS" for one. */
void banner_add(struct cells *cells, struct bytes line);

#endif
