/*
 * In place of kernel/lib/number.c, for proofs of its callers: what prove_words.c proves of each
 * function, and no more. The number is any.
 */
#include "kernel/lib/number.h"
#include "tests/proof/claims.h"

bool number_take_decimal(struct bytes *text, uint64_t *value)
{
	return number_take(text, value);
}

bool number_take(struct bytes *text, uint64_t *value)
{
	size_t taken = nondet_size();

	*value = nondet_u64();
	GIVEN(taken <= text->size); /* proved: the rest is the end */
	*text = bytes_from(*text, taken);
	return taken > 0 && nondet_bool();
}

bool number_take_range(struct bytes *text, uint32_t *first, uint32_t *last)
{
	size_t taken = nondet_size();

	*first = nondet_u32();
	*last = nondet_u32();
	GIVEN(taken <= text->size); /* proved, as the next */
	*text = bytes_from(*text, taken);
	return taken > 0 && *first <= *last && nondet_bool();
}
