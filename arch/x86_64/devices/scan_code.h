/*
 * What a keyboard sends, as characters: scan code set 1, to which the controller translates, on a
 * US layout. Pure.
 */
#ifndef ARCH_X86_64_SCAN_CODE_H
#define ARCH_X86_64_SCAN_CODE_H

#include <stdbool.h>
#include <stdint.h>

/* What is known from earlier codes; all zero at first. */
struct scan_state {
	bool shift;
	bool ctrl;
	bool extended; /* E0H came last */
	uint8_t skip;  /* so many codes belong to the Pause key */
};

/* Takes one code; returns the character that it makes, or 0. */
uint8_t scan_code_take(struct scan_state *state, uint8_t code);

#endif
