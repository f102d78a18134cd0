/*
 * arch/x86_64/devices/scan_code.h: what a keyboard sends, in any state.
 *
 * bound: any state, any code
 * sources: arch/x86_64/devices/scan_code.c
 */
#include "arch/x86_64/devices/scan_code.h"
#include "tests/proof/claims.h"

struct scan_state nondet_state(void);

void a_code_gives_an_ascii_character_or_none(void)
{
	struct scan_state state = nondet_state();
	uint8_t code = nondet_u8(), character;

	state.extended = nondet_u8() & 1;
	state.shift = nondet_u8() & 1;
	state.ctrl = nondet_u8() & 1;
	character = scan_code_take(&state, code);
	CLAIM(character < 0x80, "it is ASCII");
	CLAIM(character == 0 || code < 0x80, "a key that is released gives none");
	if (character == 'A')
		REACHED("a capital letter");
	if (character == 0x03)
		REACHED("^C");
}
