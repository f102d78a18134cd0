/*
 * Serial ports for tests of kernel/console/serial.h, with every access to them in *events, and a
 * clock that stands still unless the test moves it. Each test program includes it once.
 */
#ifndef TESTS_UNIT_SERIAL_MACHINE_H
#define TESTS_UNIT_SERIAL_MACHINE_H

#include "kernel/console/log.h"
#include "kernel/console/serial.h"
#include "tests/unit/log_clock.h"

enum { PORTS = OPTIONS_CONSOLES_MAX };

static struct unit_capture *events;
static unsigned room[PORTS];     /* bytes that each port takes now */
static bool idle[PORTS];         /* it has sent all that it took */
static uint64_t present[PORTS];  /* the address at which it is; 0: absent */
static const char *typed[PORTS]; /* what comes in */
static unsigned card_address;    /* the I/O port of a PCI card; 0: there is none */
static bool keeps_rate;          /* the ports cannot be set to a rate */

static void event(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	if (events == NULL)
		events = unit_capture();
	text_print_list(&events->text, format, list);
	va_end(list);
}

/* Returns what was done to the ports since the last call. */
static inline const char *done(void)
{
	const char *text = events != NULL ? events->at : "";

	events = NULL;
	return text;
}

void arch_clock_poll(void)
{
}

bool arch_serial_open(unsigned port, struct uart *uart)
{
	event("open%u:%u,%lx,%u ", port, (unsigned)uart->access, uart->address, uart->baud);
	if (uart->access == UART_PCI && card_address != 0) {
		uart->access = UART_IO;
		uart->address = card_address;
		return true;
	}
	if (keeps_rate)
		uart->baud = 0;
	return present[port] != 0 && uart->address == present[port];
}

unsigned arch_serial_room(unsigned port)
{
	event("room%u ", port);
	return room[port];
}

void arch_serial_put(unsigned port, uint8_t byte)
{
	event("%u:%c ", port, byte);
}

bool arch_serial_idle(unsigned port)
{
	event("idle%u ", port);
	return idle[port];
}

bool arch_serial_get(unsigned port, uint8_t *byte)
{
	event("get%u ", port);
	if (typed[port] == NULL || *typed[port] == '\0')
		return false;
	*byte = (uint8_t)*typed[port]++;
	return true;
}

void arch_hold_stop(void)
{
	event("hold ");
}

void arch_release_stop(void)
{
	event("release ");
}

/* Returns what the log says since the last call. */
static inline const char *reported(void)
{
	return read_rest(&console);
}

/* Has the command line name the ports. */
static inline void choose(const char *command_line)
{
	static const struct uart none = {.access = UART_NONE};
	struct options options;

	options_parse(unit_string_bytes(command_line), &options, NULL, NULL);
	serial_choose(&options, &none);
}

/* Has the firmware name a port. */
static inline void choose_firmware(struct uart named)
{
	struct options options = options_default();

	serial_choose(&options, &named);
}

#endif
