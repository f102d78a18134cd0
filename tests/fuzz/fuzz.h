/*
 * What the fuzz targets share. A target gets any bytes for what it tests, and requires what must
 * hold whatever they are; that nothing is read beyond them is ASan's to see.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "kernel/lib/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the run, with the input kept, if the condition does not hold. */
#define require(condition)                                                                \
	do {                                                                              \
		if (!(condition)) {                                                       \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, \
			        #condition);                                              \
			abort();                                                          \
		}                                                                         \
	} while (0)

/* libFuzzer calls this for each input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whether part is empty or lies wholly in whole. */
static inline bool lies_in(struct bytes part, struct bytes whole)
{
	return part.size == 0 || (part.at >= whole.at && part.size <= whole.size &&
	                          (size_t)(part.at - whole.at) <= whole.size - part.size);
}

/* A copy with extra bytes behind it; to be freed. */
static inline uint8_t *with_tail(const uint8_t *data, size_t size, size_t extra, uint8_t fill)
{
	uint8_t *copy = malloc(size + extra);

	require(copy != NULL);
	if (size > 0)
		memcpy(copy, data, size);
	memset(copy + size, fill, extra);
	return copy;
}

#endif
