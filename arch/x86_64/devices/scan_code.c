#include "arch/x86_64/devices/scan_code.h"

enum {
	RELEASED = 0x80,
	KEY_ENTER = 0x1C,
	KEY_CTRL = 0x1D,
	KEY_LEFT_SHIFT = 0x2A,
	KEY_SLASH = 0x35,
	KEY_RIGHT_SHIFT = 0x36,
	KEY_UP = 0x48,
	KEY_DOWN = 0x50,
	EXTENDED = 0xE0,
	PAUSE = 0xE1,
	PAUSE_CODES = 2, /* after each E1H */
	CTRL_N = 0x0E,
	CTRL_P = 0x10,
};

/* The characters by scan code, 0 if there is none. */
static const char plain[] =
	"\0\0331234567890-=\b\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
static const char shifted[] =
	"\0\033!@#$%^&*()_+\b\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";

/*
 * An extended key has a code of its own, or that of the key which it duplicates. E0H before the
 * code of Shift is not a Shift: the keyboard sends it around the arrow keys.
 */
static bool is_copied(uint8_t key)
{
	return key == KEY_ENTER || key == KEY_SLASH || key == KEY_UP || key == KEY_DOWN;
}

static uint8_t character_of(const struct scan_state *state, uint8_t key)
{
	uint8_t character;

	if (key == KEY_UP || key == KEY_DOWN)
		return key == KEY_UP ? CTRL_P : CTRL_N;
	if (key >= sizeof(plain) - 1)
		return 0;
	character = (uint8_t)(state->shift ? shifted[key] : plain[key]);
	return state->ctrl && character >= 'a' && character <= 'z' ? character & 0x1F : character;
}

uint8_t scan_code_take(struct scan_state *state, uint8_t code)
{
	uint8_t key = code & (uint8_t)~RELEASED;
	bool extended = state->extended, held = !(code & RELEASED);

	state->extended = false;
	if (state->skip > 0) {
		state->skip--;
	} else if (code == EXTENDED) {
		state->extended = true;
	} else if (code == PAUSE) {
		state->skip = PAUSE_CODES;
	} else if (key == KEY_CTRL) {
		state->ctrl = held;
	} else if (!extended && (key == KEY_LEFT_SHIFT || key == KEY_RIGHT_SHIFT)) {
		state->shift = held;
	} else if (held && (!extended || is_copied(key))) {
		return character_of(state, key);
	}
	return 0;
}
