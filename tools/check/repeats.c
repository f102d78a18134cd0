#include "tools/check/repeats.h"

#include "tools/check/fail.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	REPEAT_MIN = 8,
	REPEAT_MAX = 8192,
	SLOTS = 1 << 16, /* of the table of positions */
	TRIES = 256,     /* earlier positions that are compared */
};

/* For each position, the last one before it with the same 8 bytes. Counted from 1; 0: none. */
struct positions {
	uint32_t *last; /* by slot */
	uint32_t *before;
};

static uint32_t slot_of(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return (uint32_t)((word * 0x9E3779B97F4A7C15U) >> 48);
}

/* Returns whether the bytes are all the same, as a rule of dashes or an indentation is. */
static bool is_uniform(const uint8_t *at, size_t size)
{
	return memcmp(at, at + 1, size - 1) == 0;
}

/* Returns the size of the longest part that ends before at + from and follows again there. */
static size_t repeat_at(const uint8_t *at, size_t size, size_t from, uint32_t position,
                        const struct positions *positions)
{
	size_t longest = 0;

	for (unsigned tries = 0; position != 0 && tries < TRIES; tries++) {
		size_t distance = from - (position - 1);

		if (distance > REPEAT_MAX || distance > size - from)
			break;
		if (distance >= REPEAT_MIN && memcmp(at + position - 1, at + from, distance) == 0 &&
		    !is_uniform(at + from, distance))
			longest = distance;
		position = positions->before[position];
	}
	return longest;
}

size_t repeats_delete(uint8_t *at, size_t size)
{
	struct positions positions = {allocate(SLOTS, sizeof(uint32_t)),
	                              allocate(size + 1, sizeof(uint32_t))};
	size_t where = 0, longest = 0;

	for (size_t from = 0; from + REPEAT_MIN <= size; from++) {
		uint32_t *last = &positions.last[slot_of(at + from)];
		size_t repeat = repeat_at(at, size, from, *last, &positions);

		positions.before[from + 1] = *last;
		*last = (uint32_t)from + 1;
		if (repeat > longest) {
			longest = repeat;
			where = from;
		}
	}
	free(positions.last);
	free(positions.before);
	memmove(at + where, at + where + longest, size - where - longest);
	return size - longest;
}
