/* A PS/2 keyboard, or a USB one that the firmware lets look like one. Polled; US layout. */
#include "arch/x86_64/instructions.h"
#include "kernel/machine/arch.h"

enum {
	DATA_PORT = 0x60,
	STATUS_PORT = 0x64,
	STATUS_OUTPUT_FULL = 1 << 0,
	STATUS_FROM_MOUSE = 1 << 5,
	ABSENT = 0xFF,
	RELEASED = 0x80, /* of a scan code */
	KEY_CTRL = 0x1D,
	KEY_LEFT_SHIFT = 0x2A,
	KEY_RIGHT_SHIFT = 0x36,
	KEY_UP = 0x48,
	KEY_DOWN = 0x50,
	CTRL_N = 0x0E,
	CTRL_P = 0x10,
};

/* Scan code set 1, which the controller translates to, from code 0 on; 0: no character. */
static const char plain[] =
	"\0\0331234567890-=\b\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
static const char shifted[] =
	"\0\033!@#$%^&*()_+\b\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";

static bool shift, ctrl;

/* Keeps track of the keys that are held; true if this code was of one of them. */
static bool is_modifier(uint8_t code)
{
	uint8_t key = code & (uint8_t)~RELEASED;
	bool held = !(code & RELEASED);

	if (key == KEY_LEFT_SHIFT || key == KEY_RIGHT_SHIFT)
		shift = held;
	else if (key == KEY_CTRL)
		ctrl = held;
	else
		return false;
	return true;
}

/* 0 if the key has none. */
static uint8_t character_of(uint8_t code)
{
	uint8_t character;

	if (code == KEY_UP || code == KEY_DOWN)
		return code == KEY_UP ? CTRL_P : CTRL_N;
	if (code >= sizeof(plain) - 1)
		return 0;
	character = (uint8_t)(shift ? shifted[code] : plain[code]);
	return ctrl && character >= 'a' && character <= 'z' ? character & 0x1F : character;
}

bool arch_keyboard_read(uint8_t *character)
{
	uint8_t status = in8(STATUS_PORT), code;

	if (status == ABSENT || !(status & STATUS_OUTPUT_FULL))
		return false;
	code = in8(DATA_PORT);
	if ((status & STATUS_FROM_MOUSE) || is_modifier(code))
		return false;
	*character = character_of(code);
	return *character != 0;
}
