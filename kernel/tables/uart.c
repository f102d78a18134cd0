#include "kernel/tables/uart.h"

#include "kernel/lib/count.h"
#include "kernel/lib/number.h"

/* Reads what may follow the port: nothing, or a comma, the baud rate and n8, the only format. */
static const char *uart_read_baud(struct bytes text, struct uart *uart)
{
	uint64_t baud;

	if (text.size == 0)
		return NULL;
	if (!bytes_skip(text, ",", &text) || !number_take_decimal(&text, &baud))
		return "the baud rate is not a number";
	if (baud == 0 || baud > UART_BAUD_DEFAULT || UART_BAUD_DEFAULT % baud != 0 ||
	    UART_BAUD_DEFAULT / baud > UINT16_MAX)
		return "115200 divided by the baud rate must be a whole number, at most 65535";
	if (text.size > 0 && !bytes_equal(text, "n8") && !bytes_equal(text, "n"))
		return "only the format n8 is known";
	uart->baud = (uint32_t)baud;
	return NULL;
}

static const char *read_standard(struct bytes *text, struct uart *uart)
{
	static const uint16_t ports[] = {UART_PORT_FIRST, 0x2F8, 0x3E8, 0x2E8};
	uint64_t number;

	if (!number_take_decimal(text, &number) || number >= COUNT_OF(ports))
		return "only ttyS0 to ttyS3 are known";
	uart->access = UART_IO;
	uart->address = ports[number];
	return NULL;
}

static const char *read_placed(struct bytes *text, struct uart *uart)
{
	if (bytes_skip(*text, "io,", text))
		uart->access = UART_IO;
	else if (bytes_skip(*text, "mmio16,", text))
		uart->access = UART_MMIO16;
	else if (bytes_skip(*text, "mmio32,", text))
		uart->access = UART_MMIO32;
	else if (bytes_skip(*text, "mmio,", text))
		uart->access = UART_MMIO8;
	else
		return "a uart is at io, mmio, mmio16 or mmio32";
	if (!number_take(text, &uart->address))
		return "the address is not a number";
	if (uart->access == UART_IO && uart->address > UART_PORT_LAST)
		return "an I/O port is at most 0xfff8";
	if (uart->access != UART_IO)
		uart->baud = 0;
	return NULL;
}

/* Takes the number and the text after it. The number is hexadecimal, as lspci prints it. */
static bool take_part(struct bytes *text, uint64_t most, const char *end, uint64_t *number)
{
	return number_take_hexadecimal(text, number) && *number <= most &&
	       bytes_skip(*text, end, text);
}

/* The text after the comma is a PCI address if it has a colon, otherwise a baud rate. */
static const char *read_pci(struct bytes *text, struct uart *uart)
{
	struct bytes rest, ignored;
	uint64_t bus, device, function;

	uart->access = UART_PCI;
	if (!bytes_skip(*text, ",", &rest) || !number_take_hexadecimal(&rest, &bus) ||
	    !bytes_skip(rest, ":", &ignored))
		return NULL;
	bytes_skip(*text, ",", text);
	if (!take_part(text, 0xFF, ":", &bus) || !take_part(text, 0x1F, ".", &device) ||
	    !take_part(text, 7, "", &function))
		return "a PCI address is BUS:DEVICE.FUNCTION, in hexadecimal";
	uart->address = UART_PCI_FUNCTION(bus, device, function);
	return NULL;
}

const char *uart_read(struct bytes text, struct uart *uart)
{
	struct uart result = {.baud = UART_BAUD_DEFAULT};
	const char *problem = NULL;

	if (bytes_skip(text, "ttyS", &text))
		problem = read_standard(&text, &result);
	else if (bytes_skip(text, "uart,", &text) || bytes_skip(text, "uart8250,", &text))
		problem = read_placed(&text, &result);
	else if (bytes_skip(text, "pciserial", &text))
		problem = read_pci(&text, &result);
	else
		return "known are tty0, ttyS0 to ttyS3, uart,io|mmio|mmio16|mmio32,ADDRESS and "
		       "pciserial";
	if (problem == NULL)
		problem = uart_read_baud(text, &result);
	if (problem == NULL)
		*uart = result;
	return problem;
}

/* 2 %: a receiver samples each of 10 bits in its middle, so it tolerates about 5 %. */
uint16_t uart_divisor(const struct uart *uart)
{
	uint64_t base = uart->base_baud != 0 ? uart->base_baud : UART_BAUD_DEFAULT;
	uint64_t divisor, real, error;

	if (uart->baud == 0)
		return 0;
	divisor = (base + uart->baud / 2) / uart->baud;
	real = divisor * uart->baud;
	error = real > base ? real - base : base - real;
	return divisor <= UINT16_MAX && error * 50 <= base ? (uint16_t)divisor : 0;
}

bool uart_same(const struct uart *a, const struct uart *b)
{
	return a->access == b->access && a->address == b->address;
}
