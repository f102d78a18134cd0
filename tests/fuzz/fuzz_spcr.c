/* The firmware's console: kernel/tables/spcr.h. */
#include "kernel/tables/spcr.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct uart uart = {UART_NONE, 0, 0, 0};
	const char *problem = spcr_read((struct bytes){data, size}, &uart);

	if (problem != NULL) {
		require(problem[0] != '\0');
		return 0;
	}
	require(uart.access <= UART_PCI);
	require(uart.access != UART_IO || uart.address <= UART_PORT_LAST);
	require(uart.baud == 0 || uart_divisor(&uart) != 0);
	require(uart.baud == 0 || uart.access == UART_IO || uart.base_baud != 0);
	return 0;
}
