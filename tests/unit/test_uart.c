/* kernel/tables/uart.h: serial ports as a command line names them. */
#include "kernel/tables/uart.h"
#include "tests/unit/unit.h"

static const struct uart untouched = {UART_MMIO8, 0x1234, 1};

static const char *read_uart(const char *text, struct uart *uart)
{
	*uart = untouched;
	return uart_read(unit_string_bytes(text), uart);
}

static void ports_are_named_as_linux_names_them(void **state)
{
	static const struct {
		const char *text;
		struct uart uart;
	} known[] = {
		{"ttyS0", {UART_IO, 0x3F8, 115200}},
		{"ttyS1", {UART_IO, 0x2F8, 115200}},
		{"ttyS2,9600", {UART_IO, 0x3E8, 9600}},
		{"ttyS3,57600n8", {UART_IO, 0x2E8, 57600}},
		{"ttyS0,115200n", {UART_IO, 0x3F8, 115200}},
		{"uart,io,0x2f8,115200", {UART_IO, 0x2F8, 115200}},
		{"uart,io,0x2F8", {UART_IO, 0x2F8, 115200}},
		{"uart,io,760", {UART_IO, 760, 115200}},
		{"uart8250,io,0x3f8,9600n8", {UART_IO, 0x3F8, 9600}},
		{"uart,io,0xfff8", {UART_IO, 0xFFF8, 115200}},
		{"uart,mmio,0xfedc9000", {UART_MMIO8, 0xFEDC9000, 115200}},
		{"uart8250,mmio,0xfedc9000,300", {UART_MMIO8, 0xFEDC9000, 300}},
		{"uart,mmio32,0xfe032000,115200", {UART_MMIO32, 0xFE032000, 115200}},
		{"uart8250,mmio32,0xfe03200000", {UART_MMIO32, 0xFE03200000, 115200}},
		{"pciserial", {UART_PCI, 0, 115200}},
		{"pciserial,9600", {UART_PCI, 0, 9600}},
	};

	for (size_t i = 0; i < COUNT(known); i++) {
		struct uart uart;

		assert_null(read_uart(known[i].text, &uart));
		assert_int_equal(uart.access, known[i].uart.access);
		assert_int_equal(uart.address, known[i].uart.address);
		assert_int_equal(uart.baud, known[i].uart.baud);
	}
}

static void what_is_malformed_is_named_and_changes_nothing(void **state)
{
	static const struct {
		const char *text, *problem;
	} malformed[] = {
		{"", "known are"},
		{"tty1", "known are"},
		{"ttyS", "ttyS0 to ttyS3"},
		{"ttyS4", "ttyS0 to ttyS3"},
		{"ttyS99999999999999999999", "ttyS0 to ttyS3"},
		{"ttyS0,", "baud rate is not a number"},
		{"ttyS0,fast", "baud rate is not a number"},
		{"ttyS0115200", "ttyS0 to ttyS3"},
		{"ttyS00x", "baud rate is not a number"},
		{"ttyS0,0", "whole number"},
		{"ttyS0,230400", "whole number"},
		{"ttyS0,115201", "whole number"},
		{"ttyS0,7", "whole number"},
		{"ttyS0,9600e7", "n8"},
		{"ttyS0,9600x", "n8"},
		{"ttyS0,9600n81", "n8"},
		{"uart", "known are"},
		{"uart,pci,0", "io, mmio or mmio32"},
		{"uart,io,", "address is not a number"},
		{"uart,io,com1", "address is not a number"},
		{"uart,io,0xfff9", "0xfff8"},
		{"uart,io,0x10000", "0xfff8"},
		{"uart,mmio16,0x1000", "io, mmio or mmio32"},
		{"uart,mmio32,0x10000000000000000", "address is not a number"},
		{"pciserial9600", "baud rate is not a number"},
	};

	for (size_t i = 0; i < COUNT(malformed); i++) {
		struct uart uart;
		const char *problem = read_uart(malformed[i].text, &uart);

		if (problem == NULL || strstr(problem, malformed[i].problem) == NULL)
			fail_msg("%s: %s", malformed[i].text, problem ? problem : "(accepted)");
		assert_int_equal(uart.access, untouched.access);
		assert_int_equal(uart.address, untouched.address);
		assert_int_equal(uart.baud, untouched.baud);
	}
}

static void two_names_of_one_port_are_the_same_at_whatever_rate(void **state)
{
	struct uart short_name, long_name, other, memory;

	assert_null(read_uart("ttyS1", &short_name));
	assert_null(read_uart("uart,io,0x2f8,9600", &long_name));
	assert_null(read_uart("ttyS0", &other));
	assert_null(read_uart("uart,mmio,0x2f8", &memory));
	assert_true(uart_same(&short_name, &long_name));
	assert_false(uart_same(&short_name, &other));
	assert_false(uart_same(&short_name, &memory));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(ports_are_named_as_linux_names_them),
		cmocka_unit_test(what_is_malformed_is_named_and_changes_nothing),
		cmocka_unit_test(two_names_of_one_port_are_the_same_at_whatever_rate),
	};

	return unit_run(rules, COUNT(rules));
}
