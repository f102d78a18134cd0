/*
 * What the proofs share. A proof is a function without parameters, named for its rule: CBMC takes
 * it for the whole program, and an object that a nondet_ function returns for one of any value.
 * Next to the claims, CBMC checks that no access is out of bounds and that no behaviour is
 * undefined.
 */
#ifndef TESTS_PROOF_CLAIMS_H
#define TESTS_PROOF_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* CBMC's own. */
void __CPROVER_assume(_Bool condition);
void __CPROVER_assert(_Bool condition, const char *sentence);

/*
 * What must hold for every input. The sentence is what a failure prints. tests/proof/run demands
 * that an input leads here, too: what no input reaches is true of nothing.
 */
#define CLAIM(condition, sentence)                           \
	do {                                                 \
		__CPROVER_assert(false, "tried: " sentence); \
		__CPROVER_assert(condition, sentence);       \
	} while (false)

/* Leaves out all inputs for which this does not hold. Every use says why the machine grants it. */
#define GIVEN(condition)                         \
	do {                                     \
		if (!(condition)) {              \
			__CPROVER_assume(false); \
			__builtin_unreachable(); \
		}                                \
	} while (false)

/*
 * The end of a rule, or of a case of one: tests/proof/run demands that an input leads here. What is
 * given then does not contradict itself, and the claims before this are about something.
 */
#define REACHED(which) __CPROVER_assert(false, "reached: " which)

uint8_t nondet_u8(void);
uint16_t nondet_u16(void);
uint32_t nondet_u32(void);
uint64_t nondet_u64(void);
size_t nondet_size(void);
bool nondet_bool(void);

#endif
