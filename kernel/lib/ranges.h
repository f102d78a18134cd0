/* Lists of numbers as people write them: "0-3,8". Pure. */
#ifndef KERNEL_RANGES_H
#define KERNEL_RANGES_H

#include "kernel/lib/text.h"

#include <stdbool.h>

/* A list in the making. Numbers come in rising order; successive ones become a range. */
struct ranges {
	struct text *to;
	uint32_t first;
	uint32_t last;
	bool any;
	bool printed;
};

/* Starts an empty list, adds a number, ends the list. Prints into to on the way. */
struct ranges ranges_begin(struct text *to);
void ranges_add(struct ranges *ranges, uint32_t number);
void ranges_end(struct ranges *ranges);

#endif
