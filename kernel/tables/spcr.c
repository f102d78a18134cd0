#include "kernel/tables/spcr.h"

enum {
	REVISION = 8,
	INTERFACE = 36,
	INTERFACE_16550 = 0x00,
	INTERFACE_16450 = 0x01,
	INTERFACE_16550_PLACED = 0x12, /* with the width and access size of the address structure */
	ADDRESS_SPACE = 40,            /* from here on, a Generic Address Structure */
	REGISTER_BITS = 41,
	ACCESS_SIZE = 43,
	ADDRESS = 44,
	BAUD = 58,
	CLOCK = 76, /* in Hz, since revision 3 */
	CLOCK_REVISION = 3,
	CLOCKS_PER_BIT = 16,
	PRECISE_BAUD = 80, /* since revision 4 */
	PRECISE_BAUD_REVISION = 4,
	SPACE_MEMORY = 0,
	SPACE_IO = 1,
	ACCESS_UNDEFINED = 0,
	ACCESS_BYTE = 1,
	ACCESS_WORD = 2,
	ACCESS_DWORD = 3,
};

/* Reads a field that was added in a revision. Returns 0 if the table is older. */
static uint32_t read_since(struct bytes table, uint8_t since, size_t offset)
{
	uint8_t revision;
	uint32_t value;

	bytes_u8(table, REVISION, &revision);
	bytes_u32(table, offset, &value);
	return revision >= since ? value : 0;
}

/* Returns the baud rate, from its number or else its code. 0: keep the rate that is set. */
static uint32_t spcr_read_baud(struct bytes table)
{
	uint32_t precise = read_since(table, PRECISE_BAUD_REVISION, PRECISE_BAUD);
	uint8_t code;

	if (precise != 0)
		return precise;
	bytes_u8(table, BAUD, &code);
	switch (code) {
	case 3:
		return 9600;
	case 4:
		return 19200;
	case 6:
		return 57600;
	case 7:
		return 115200;
	default:
		return 0;
	}
}

/*
 * The firmware uses this port, so the rate is already set. Setting it again needs the UART's clock,
 * and a wrong one would garble the log. The clock is known if the table states it, or at an I/O
 * port, where it is the clock of a PC.
 */
static void spcr_read_rate(struct bytes table, struct uart *uart)
{
	uart->base_baud = read_since(table, CLOCK_REVISION, CLOCK) / CLOCKS_PER_BIT;
	if (uart->access == UART_IO || uart->base_baud != 0)
		uart->baud = spcr_read_baud(table);
	if (uart_divisor(uart) == 0)
		uart->baud = 0;
}

static const char *read_memory(struct bytes table, struct uart *uart)
{
	uint8_t bits, access;

	bytes_u8(table, REGISTER_BITS, &bits);
	bytes_u8(table, ACCESS_SIZE, &access);
	if (access == ACCESS_DWORD || bits == 32)
		uart->access = UART_MMIO32;
	else if (access == ACCESS_WORD || bits == 16)
		uart->access = UART_MMIO16;
	else if ((access == ACCESS_BYTE || access == ACCESS_UNDEFINED) && bits <= 8)
		uart->access = UART_MMIO8;
	else
		return "its registers are neither 8, 16 nor 32 bits wide";
	return NULL;
}

const char *spcr_read(struct bytes table, struct uart *uart)
{
	struct uart result = {.access = UART_NONE};
	const char *problem = NULL;
	uint8_t interface, space;

	*uart = result;
	if (!bytes_u8(table, INTERFACE, &interface) || !bytes_u8(table, ADDRESS_SPACE, &space) ||
	    !bytes_u64(table, ADDRESS, &result.address))
		return "it ends before its address";
	if (interface != INTERFACE_16550 && interface != INTERFACE_16450 &&
	    interface != INTERFACE_16550_PLACED)
		return "it names no 16550";
	if (result.address == 0)
		return NULL;
	if (space == SPACE_IO && result.address > UART_PORT_LAST)
		return "its I/O port is beyond the last";
	if (space == SPACE_IO)
		result.access = UART_IO;
	else if (space == SPACE_MEMORY)
		problem = read_memory(table, &result);
	else
		return "its UART is neither in memory nor at I/O ports";
	spcr_read_rate(table, &result);
	if (problem == NULL)
		*uart = result;
	return problem;
}
