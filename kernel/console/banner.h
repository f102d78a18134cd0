/*
 * The verdict on the screen: a bar in the verdict's colour, with its word in large letters. Pure.
 */
#ifndef KERNEL_BANNER_H
#define KERNEL_BANNER_H

#include "kernel/lib/bytes.h"
#include "kernel/console/cells.h"

/* Returns how many of a screen's rows a banner takes at most. */
uint32_t banner_rows_max(uint32_t rows);

/* Adds the banner at the bottom. line is the last line of the log, such as "RESULT: PASS". */
void banner_add(struct cells *cells, struct bytes line);

#endif
