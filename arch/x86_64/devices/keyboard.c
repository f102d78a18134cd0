/*
 * Reads a PS/2 keyboard, or a USB keyboard that the firmware emulates as one. Polled, because the
 * kernel takes no device interrupts.
 */
#include "arch/x86_64/devices/scan_code.h"
#include "arch/x86_64/instructions.h"
#include "kernel/machine/arch.h"

enum {
	DATA_PORT = 0x60,
	STATUS_PORT = 0x64, /* read */
	COMMAND_PORT = 0x64,
	STATUS_OUTPUT_FULL = 1 << 0,
	STATUS_INPUT_FULL = 1 << 1,
	STATUS_FROM_MOUSE = 1 << 5,
	ABSENT = 0xFF,
	COMMAND_READ_MODE = 0x20,
	COMMAND_WRITE_MODE = 0x60,
	MODE_DISABLED = 1 << 4,   /* the keyboard interface, as UEFI may leave it */
	MODE_TRANSLATES = 1 << 6, /* to the codes that scan_code.h knows */
	KEYBOARD_ENABLE = 0xF4,   /* the keyboard's scanning; it answers FAH, which is no key */
	READY_US = 50000,         /* a controller in real hardware may take milliseconds */
	POLL_US = 1000,   /* each poll may be an SMI, where the firmware emulates the controller */
	FLOOD_BYTES = 64, /* without a pause: no keyboard sends so many */
};

static struct {
	bool opened;
	bool quiet; /* the last poll found nothing */
	uint64_t poll_ticks;
	unsigned burst; /* bytes without a pause */
	struct scan_state codes;
} keyboard;

bool arch_keyboard_present(void)
{
	return in8(STATUS_PORT) != ABSENT;
}

static bool is_in_time(uint64_t began)
{
	return arch_ticks_to_us(rdtsc() - began) < READY_US;
}

static void keyboard_send(uint16_t port, uint8_t byte)
{
	uint64_t began = rdtsc();

	while ((in8(STATUS_PORT) & STATUS_INPUT_FULL) && is_in_time(began))
		pause();
	out8(port, byte);
}

/* Discards what the firmware has not read. Returns false if the output stays full. */
static bool discard_output(void)
{
	for (unsigned i = 0; i < FLOOD_BYTES; i++) {
		if (!(in8(STATUS_PORT) & STATUS_OUTPUT_FULL))
			return true;
		in8(DATA_PORT);
	}
	return false;
}

/*
 * Returns false if the controller does not answer, as one that the firmware emulates may not. A
 * mouse that is moved meanwhile is no answer.
 */
static bool read_mode(uint8_t *mode)
{
	uint64_t began;

	if (!discard_output())
		return false;
	keyboard_send(COMMAND_PORT, COMMAND_READ_MODE);
	for (began = rdtsc(); is_in_time(began); pause()) {
		uint8_t status = in8(STATUS_PORT);

		if (!(status & STATUS_OUTPUT_FULL))
			continue;
		*mode = in8(DATA_PORT);
		if (!(status & STATUS_FROM_MOUSE))
			return true;
	}
	return false;
}

static void set_mode(void)
{
	uint8_t found, wanted;

	if (!read_mode(&found))
		return;
	wanted = (uint8_t)((found & ~MODE_DISABLED) | MODE_TRANSLATES);
	if (wanted == found)
		return;
	keyboard_send(COMMAND_PORT, COMMAND_WRITE_MODE);
	keyboard_send(DATA_PORT, wanted);
}

static void keyboard_open(void)
{
	keyboard.opened = true;
	if (!arch_keyboard_present())
		return;
	set_mode();
	keyboard_send(DATA_PORT, KEYBOARD_ENABLE);
}

/* Reads a byte from the keyboard. Returns false if there is none, or there are too many. */
static bool keyboard_take(uint8_t *code)
{
	uint8_t status = in8(STATUS_PORT);

	keyboard.quiet = status == ABSENT || !(status & STATUS_OUTPUT_FULL);
	if (keyboard.quiet)
		keyboard.burst = 0;
	if (keyboard.quiet || keyboard.burst == FLOOD_BYTES) {
		keyboard.quiet = true;
		return false;
	}
	keyboard.burst++;
	*code = in8(DATA_PORT);
	return !(status & STATUS_FROM_MOUSE);
}

bool arch_keyboard_read(uint8_t *character)
{
	uint64_t now = rdtsc();
	uint8_t code;

	if (!keyboard.opened)
		keyboard_open();
	if (keyboard.quiet && arch_ticks_to_us(now - keyboard.poll_ticks) < POLL_US)
		return false;
	keyboard.poll_ticks = now;
	*character = keyboard_take(&code) ? scan_code_take(&keyboard.codes, code) : 0;
	return *character != 0;
}
