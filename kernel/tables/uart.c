#include "kernel/tables/uart.h"

#include "kernel/lib/number.h"

/* What may follow a UART's place: nothing, or a comma, the baud rate and n8, the only format. */
static const char *uart_read_baud(struct bytes text, struct uart *uart)
{
	uint64_t baud;

	if (text.size == 0)
		return NULL;
	if (!bytes_skip(text, ",", &text) || !number_take_decimal(&text, &baud))
		return "the baud rate is not a number";
	if (baud == 0 || baud > UART_BAUD_DEFAULT || UART_BAUD_DEFAULT % baud != 0)
		return "115200 divided by the baud rate must be a whole number";
	if (text.size > 0 && !bytes_equal(text, "n8") && !bytes_equal(text, "n"))
		return "only the format n8 is known";
	uart->baud = (uint32_t)baud;
	return NULL;
}

static const char *read_standard(struct bytes *text, struct uart *uart)
{
	static const uint16_t ports[] = {UART_PORT_FIRST, 0x2F8, 0x3E8, 0x2E8};
	uint64_t number;

	if (!number_take_decimal(text, &number) || number >= sizeof(ports) / sizeof(ports[0]))
		return "only ttyS0 to ttyS3 are known";
	uart->access = UART_IO;
	uart->address = ports[number];
	return NULL;
}

static const char *read_placed(struct bytes *text, struct uart *uart)
{
	if (bytes_skip(*text, "io,", text))
		uart->access = UART_IO;
	else if (bytes_skip(*text, "mmio32,", text))
		uart->access = UART_MMIO32;
	else if (bytes_skip(*text, "mmio,", text))
		uart->access = UART_MMIO8;
	else
		return "a uart is at io, mmio or mmio32";
	if (!number_take(text, &uart->address))
		return "the address is not a number";
	if (uart->access == UART_IO && uart->address > UART_PORT_LAST)
		return "an I/O port is at most 0xfff8";
	return NULL;
}

const char *uart_read(struct bytes text, struct uart *uart)
{
	struct uart result = {UART_NONE, 0, UART_BAUD_DEFAULT};
	const char *problem = NULL;

	if (bytes_skip(text, "ttyS", &text))
		problem = read_standard(&text, &result);
	else if (bytes_skip(text, "uart,", &text) || bytes_skip(text, "uart8250,", &text))
		problem = read_placed(&text, &result);
	else if (bytes_skip(text, "pciserial", &text))
		result.access = UART_PCI;
	else
		return "known are tty0, ttyS0 to ttyS3, uart,io|mmio|mmio32,ADDRESS and pciserial";
	if (problem == NULL)
		problem = uart_read_baud(text, &result);
	if (problem == NULL)
		*uart = result;
	return problem;
}

bool uart_same(const struct uart *a, const struct uart *b)
{
	return a->access == b->access && a->address == b->address;
}
