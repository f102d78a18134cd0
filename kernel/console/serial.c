#include "kernel/console/serial.h"

#include "kernel/lib/count.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/timeout.h"
#include "kernel/console/log.h"
#include "kernel/console/ring.h"

#include <stdatomic.h>

enum {
	OPEN_TRIES = 2,     /* one more after a panic interrupted the first */
	STUCK_US = 1000000, /* longer than a FIFO's 16 bytes take at 300 baud, which is 533 ms */
	RETRY_US = 10000,   /* interval at which a stalled port is checked */
	LATE_US = 10000000, /* grace on top of twice the time that its baud rate implies */
	BITS_PER_BYTE = 10,
	UNKNOWN_BAUD = 1200, /* assumed where the port keeps the rate that the firmware set */
};

struct serial_port {
	enum { NOT_TRIED, OPEN, STUCK, ABSENT, GIVEN_UP } state;
	struct uart wanted;
	struct uart uart; /* the one that is open: wanted, or another if wanted is absent */
	struct ring_reader reader;
	unsigned tries;       /* to open it */
	bool busy;            /* bytes that it accepted are still unsent */
	uint64_t busy_ticks;  /* when it became busy */
	uint64_t busy_bytes;  /* bytes accepted since then */
	uint64_t moved_ticks; /* when it last accepted a byte */
};

/* COM1, the default until the firmware or the user names another port. */
#define STANDARD_PORT {.access = UART_IO, .address = UART_PORT_FIRST, .baud = UART_BAUD_DEFAULT}

static struct {
	struct serial_port ports[OPTIONS_CONSOLES_MAX];
	unsigned count;
	enum { BY_DEFAULT, BY_FIRMWARE, BY_OPTION } chosen_by;
	bool opened;
} serial = {.ports = {{.wanted = STANDARD_PORT}}, .count = 1};

/* Tried in this order if the wanted port is absent and there is no console= option. */
static const struct uart others[] = {
	STANDARD_PORT,
	{.access = UART_PCI, .baud = UART_BAUD_DEFAULT},
};

void serial_choose(const struct options *options, const struct uart *firmware)
{
	if (options->consoles_named) {
		serial.count = options->console_count;
		for (unsigned i = 0; i < serial.count; i++)
			serial.ports[i].wanted = options->consoles[i];
		serial.chosen_by = BY_OPTION;
	} else if (firmware->access != UART_NONE) {
		serial.ports[0].wanted = *firmware;
		serial.chosen_by = BY_FIRMWARE;
	}
}

static bool open_as(unsigned index, const struct uart *uart)
{
	struct serial_port *port = &serial.ports[index];

	port->uart = *uart;
	if (!arch_serial_open(index, &port->uart))
		return false;
	port->state = OPEN;
	return true;
}

/* Gives up after two attempts that each ended in a panic. */
static bool open_port(unsigned index)
{
	struct serial_port *port = &serial.ports[index];

	if (port->tries >= OPEN_TRIES)
		return false;
	port->tries++;
	atomic_signal_fence(memory_order_seq_cst);
	if (open_as(index, &port->wanted))
		return true;
	for (unsigned i = 0; serial.chosen_by != BY_OPTION && i < COUNT_OF(others); i++) {
		if (open_as(index, &others[i]))
			return true;
	}
	return false;
}

/*
 * A panic may end this function at any point: a panic of this CPU, or of another, which stops this
 * one. opened is then still false, and the CPU that panics opens the ports that are not open yet.
 */
static void open_ports(void)
{
	for (unsigned i = 0; i < serial.count; i++) {
		if (serial.ports[i].state == NOT_TRIED && !open_port(i))
			serial.ports[i].state = ABSENT;
	}
	atomic_signal_fence(memory_order_seq_cst);
	serial.opened = true;
}

/* Returns the time limit for the port to send what it accepted since it became busy. */
static uint64_t allowed_us(const struct serial_port *port)
{
	uint32_t baud = port->uart.baud != 0 ? port->uart.baud : UNKNOWN_BAUD;

	return LATE_US + 2 * port->busy_bytes * BITS_PER_BYTE * 1000000 / baud;
}

/*
 * Marks a port as stuck if it takes nothing, and gives it up if it is much slower than its rate.
 * The TSC of a CPU that panics may be behind that of the CPU that wrote last.
 */
static void check_for_stall(struct serial_port *port)
{
	uint64_t now = arch_ticks();

	if ((int64_t)(now - port->moved_ticks) < 0 || (int64_t)(now - port->busy_ticks) < 0)
		port->busy_ticks = port->moved_ticks = now;
	if (timeout_passed(port->busy_ticks, allowed_us(port)))
		port->state = GIVEN_UP;
	else if (timeout_passed(port->moved_ticks, STUCK_US))
		port->state = STUCK;
}

/* The other end may only have paused. A port that takes bytes again continues where it stopped. */
static void retry_stuck_port(unsigned index)
{
	struct serial_port *port = &serial.ports[index];

	if (!timeout_passed(port->moved_ticks, RETRY_US))
		return;
	port->moved_ticks = arch_ticks();
	if (arch_serial_room(index) == 0)
		return;
	port->state = OPEN;
	port->busy = false;
}

/* Fills the port. Avoids every access that it can: one may cost a VM exit to a host hypervisor. */
static bool fill_port(unsigned index)
{
	struct serial_port *port = &serial.ports[index];
	bool all_taken = ring_read_all(&port->reader);
	unsigned room;
	char character;

	if (all_taken && port->busy)
		port->busy = !arch_serial_idle(index);
	if (all_taken && !port->busy)
		return false;
	if (!port->busy) {
		port->busy = true;
		port->busy_bytes = 0;
		port->busy_ticks = port->moved_ticks = arch_ticks();
	}
	room = all_taken ? 0 : arch_serial_room(index);
	if (room == 0) {
		check_for_stall(port);
		return false;
	}
	arch_hold_stop(); /* a stop here would lose a byte, or send it twice */
	for (; room > 0 && ring_read(&port->reader, &character); room--) {
		arch_serial_put(index, (uint8_t)character);
		port->busy_bytes++;
	}
	arch_release_stop();
	port->moved_ticks = arch_ticks();
	return true;
}

bool serial_hand_over(void)
{
	bool any = false;

	if (!serial.opened)
		open_ports();
	for (unsigned i = 0; i < serial.count; i++) {
		if (serial.ports[i].state == STUCK)
			retry_stuck_port(i);
		if (serial.ports[i].state == OPEN)
			any |= fill_port(i);
	}
	return any;
}

bool serial_all_sent(void)
{
	if (!serial.opened)
		return false;
	for (unsigned i = 0; i < serial.count; i++) {
		const struct serial_port *port = &serial.ports[i];

		if (port->state == OPEN && (port->busy || !ring_read_all(&port->reader)))
			return false;
	}
	return true;
}

uint64_t serial_position(void)
{
	uint64_t position = UINT64_MAX;

	for (unsigned i = 0; i < serial.count; i++) {
		const struct serial_port *port = &serial.ports[i];

		if ((port->state == NOT_TRIED || port->state == OPEN) &&
		    port->reader.position < position)
			position = port->reader.position;
	}
	return position;
}

bool serial_any_open(void)
{
	for (unsigned i = 0; i < serial.count; i++) {
		if (serial.ports[i].state == OPEN || serial.ports[i].state == STUCK)
			return true;
	}
	return false;
}

bool serial_read(uint8_t *byte)
{
	for (unsigned i = 0; i < serial.count; i++) {
		if ((serial.ports[i].state == OPEN || serial.ports[i].state == STUCK) &&
		    arch_serial_get(i, byte))
			return true;
	}
	return false;
}

/* Names a port as a user would look for it: by address, or on PCI as lspci does. */
static void print_uart(const struct uart *uart, struct text *to)
{
	if (uart->access == UART_PCI && uart->address == 0)
		text_print(to, "any PCI serial card");
	else if (uart->access == UART_PCI)
		text_print(to, "PCI device %02lx:%02lx.%lu", uart->address >> 8,
		           uart->address >> 3 & 0x1F, uart->address & 7);
	else
		text_print(to, "serial port %s%#lx", uart->access == UART_IO ? "" : "in memory at ",
		           uart->address);
	if (uart->baud != 0)
		text_print(to, " at %u baud", uart->baud);
}

static void print_port(const char *begin, const struct uart *uart, const char *end)
{
	text_print(&log_stamped, "boot: %s", begin);
	print_uart(uart, &log_stamped);
	text_print(&log_stamped, "%s\n", end);
}

/* Logs which port is in use, unless it is the one that the user named or expects. */
static void report_port(const struct serial_port *port)
{
	bool open = port->state != ABSENT;
	bool as_wanted = open && uart_same(&port->uart, &port->wanted);

	if (open && port->wanted.baud != 0 && port->uart.baud == 0)
		print_port("", &port->uart, " keeps its baud rate, because its clock is unknown");
	if (as_wanted && serial.chosen_by == BY_FIRMWARE)
		print_port("logging to ", &port->uart, ", which ACPI's SPCR names");
	if (as_wanted || (open && serial.chosen_by == BY_OPTION))
		return;
	print_port(serial.chosen_by == BY_DEFAULT ? "no UART at " : "warning: no UART at ",
	           &port->wanted,
	           serial.chosen_by == BY_FIRMWARE ? ", which ACPI's SPCR names" : "");
	if (open)
		print_port("logging to ", &port->uart,
		           uart_same(&port->uart, &others[0]) ? "" : ", on a PCI card");
}

void serial_report(void)
{
	if (!serial.opened)
		open_ports();
	for (unsigned i = 0; i < serial.count; i++)
		report_port(&serial.ports[i]);
}
