/* Untrusted bytes of any size and content. To read one beside them is refuted. */
#ifndef TESTS_PROOF_ANY_BYTES_H
#define TESTS_PROOF_ANY_BYTES_H

#include "kernel/lib/bytes.h"
#include "tests/proof/claims.h"

#include <stdlib.h>

static inline struct bytes any_bytes_of(size_t size)
{
	const uint8_t *at = malloc(size);

	GIVEN(at != NULL); /* these bytes are there */
	return (struct bytes){at, size};
}

static inline struct bytes any_bytes(void)
{
	size_t size = nondet_size();

	GIVEN(size <= PTRDIFF_MAX / 2); /* no larger object exists */
	return any_bytes_of(size);
}

/* At most so many. */
static inline struct bytes any_bytes_up_to(size_t most)
{
	size_t size = nondet_size();

	GIVEN(size <= most); /* the bound */
	return any_bytes_of(size);
}

_Bool __CPROVER_same_object(const void *a, const void *b);

/* Whether a part of a whole lies inside it. CBMC refutes the difference of unrelated pointers. */
static inline bool is_part_of(struct bytes part, struct bytes whole)
{
	return part.size == 0 || (__CPROVER_same_object(part.at, whole.at) &&
	                          (size_t)(part.at - whole.at) + part.size <= whole.size);
}

#endif
