#include "kernel/console.h"

#include "kernel/arch.h"
#include "kernel/clock.h"
#include "kernel/log.h"

/* The slowest UART that is allowed, 300 baud, sends 16 bytes in 533 ms. */
enum { STUCK_US = 1000000 };

static struct {
	bool open;
	struct log_reader reader;
} console;

void console_open(const struct options *options)
{
	console.open = arch_serial_open(&options->console);
}

/* Whether anything could be handed over, to a port or, without one, to nobody. */
static bool hand_over(void)
{
	unsigned room = console.open ? arch_serial_room() : 16;
	bool any = false;
	char character;

	while (room > 0 && log_read(&console.reader, &character)) {
		if (console.open)
			arch_serial_put((uint8_t)character);
		any = true;
		room--;
	}
	return any;
}

void console_poll(void)
{
	if (arch_clock_ready())
		hand_over();
}

/* Goes on until done() says so; gives the port up if it takes nothing for STUCK_US. */
static void hand_over_until(bool (*done)(void))
{
	uint64_t since = arch_ticks();

	while (!done()) {
		if (!clock_passed(since, STUCK_US)) {
			if (arch_clock_ready() && hand_over())
				since = arch_ticks();
			else
				arch_relax();
		} else if (console.open) {
			console.open = false;
		} else {
			return;
		}
	}
}

static bool all_sent(void)
{
	return log_read_all(&console.reader) && (!console.open || arch_serial_idle());
}

void console_flush(void)
{
	hand_over_until(all_sent);
}

static uint64_t wanted_position;

static bool has_room(void)
{
	return console.reader.position >= wanted_position;
}

uint64_t console_position(void)
{
	return console.reader.position;
}

void console_make_room(void)
{
	wanted_position = console.reader.position + 256;
	hand_over_until(has_room);
}
