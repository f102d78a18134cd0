#include "kernel/console/console.h"

#include "kernel/machine/arch.h"
#include "kernel/machine/timeout.h"
#include "kernel/console/log.h"
#include "kernel/console/screen.h"
#include "kernel/console/serial.h"

enum {
	SCREEN_AFTER_US = 100000, /* nobody notices the delay, and the CPUs start first */
	CLOCK_US = 1000000,       /* wait so long for the clock's rate, which may stay unknown */
};

/* Draws the screen only when no serial port takes more: the ports are slower and come first. */
static void hand_over(bool draw)
{
	if (!serial_hand_over() && draw && !screen_take())
		screen_draw();
}

static bool measures_clock;

void console_measure_clock(void)
{
	measures_clock = true;
}

void console_poll(void)
{
	if (measures_clock)
		arch_clock_poll();
	if (arch_clock_ready())
		hand_over(timeout_passed(arch_entry_ticks(), SCREEN_AFTER_US));
}

/* Polls until done() returns true. It always does: a port that stalls is dropped. */
static void hand_over_until(bool (*done)(uint64_t wanted), uint64_t wanted)
{
	uint64_t since = arch_ticks();

	while (!arch_clock_ready() && !timeout_passed(since, CLOCK_US))
		arch_relax();
	do {
		arch_clock_poll();
		hand_over(true);
	} while (!done(wanted));
}

static bool is_all_out(uint64_t wanted)
{
	(void)wanted;
	return serial_all_sent() && screen_all_shown();
}

void console_flush(void)
{
	hand_over_until(is_all_out, 0);
}

/* Returns how much of the log the slowest console has read. */
static uint64_t position(void)
{
	uint64_t serial = serial_position(), screen = screen_position();

	return serial < screen ? serial : screen;
}

static bool has_taken(uint64_t wanted)
{
	return position() >= wanted;
}

/* 256 bytes are more than most lines, so the log waits once per line and not for each byte. */
static void console_make_room(void)
{
	hand_over_until(has_taken, position() + 256);
}

static const struct log_readers log_readers = {position, console_poll, console_make_room};

void console_choose(const struct options *options, const struct uart *firmware,
                    const struct boot_information *information)
{
	log_read_by(&log_readers);
	serial_choose(options, firmware);
	screen_choose(information, options->exit == EXIT_HALT && !options->no_qr);
}

bool console_has_input(void)
{
	return serial_any_open() || arch_keyboard_present();
}

bool console_read(uint8_t *byte)
{
	return serial_read(byte) || arch_keyboard_read(byte);
}

void console_report(void)
{
	serial_report();
	screen_report();
}
