/*
 * tests/fuzz/ has a target per parser of untrusted bytes. A target gets arbitrary bytes and
 * requires what must hold for any input. ASan detects reads past the end. This header has what they
 * share.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "kernel/lib/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the run if the condition does not hold. libFuzzer then saves the input. */
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

/* Returns true if part is empty or completely inside whole. */
static inline bool lies_in(struct bytes part, struct bytes whole)
{
	return part.size == 0 || (part.at >= whole.at && part.size <= whole.size &&
	                          (size_t)(part.at - whole.at) <= whole.size - part.size);
}

/* Returns a copy with extra bytes after it. The caller frees it. */
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
