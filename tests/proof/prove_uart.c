/*
 * kernel/tables/uart.h: where the serial port is that a command line names.
 *
 * bound: any size, any content
 * sources: tests/proof/bytes_contract.c tests/proof/number_contract.c kernel/lib/string.c
 */
#include "kernel/tables/uart.c" /* a step is static */
#include "tests/proof/any_bytes.h"

void a_standard_port_is_one_of_four(void)
{
	struct uart uart = {UART_NONE, 0, UART_BAUD_DEFAULT};
	struct bytes text = any_bytes();

	if (read_standard(&text, &uart) != NULL)
		return;
	CLAIM(uart.access == UART_IO, "it is an I/O port");
	CLAIM(uart.address == 0x3F8 || uart.address == 0x2F8 || uart.address == 0x3E8 ||
	              uart.address == 0x2E8,
	      "of a PC");
	if (uart.address == 0x2E8)
		REACHED("ttyS3");
}

void a_port_at_an_address_is_one_that_exists(void)
{
	struct uart uart = {UART_NONE, 0, UART_BAUD_DEFAULT};
	struct bytes text = any_bytes();

	if (read_placed(&text, &uart) != NULL)
		return;
	CLAIM(uart.access > UART_NONE && uart.access < UART_PCI, "its access is known");
	CLAIM(uart.access != UART_IO || uart.address <= UART_PORT_LAST, "an I/O port is no larger");
	if (uart.access == UART_MMIO32)
		REACHED("registers in memory");
	if (uart.access == UART_IO && uart.address == UART_PORT_LAST)
		REACHED("the last I/O port");
}
