/*
 * Translates a keyboard's scan codes to characters: scan code set 1, to which the controller
 * translates, with a US layout. Pure.
 */
#ifndef ARCH_X86_64_SCAN_CODE_H
#define ARCH_X86_64_SCAN_CODE_H

#include <stdbool.h>
#include <stdint.h>

/* The state between two codes. Initialize with zeros. */
struct scan_state {
	bool shift;
	bool ctrl;
	bool extended; /* E0H came last */
	uint8_t skip;  /* so many codes belong to the Pause key */
};

/* Processes a scan code. Returns its character, or 0 if it has none. */
uint8_t scan_code_take(struct scan_state *state, uint8_t code);

#endif
