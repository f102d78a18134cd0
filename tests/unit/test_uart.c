/* kernel/tables/uart.h: serial ports as a command line names them. */
#include "kernel/tables/uart.h"
#include "tests/unit/unit.h"

static const struct uart untouched = {UART_MMIO8, 0x1234, 1, 0};

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
		{"ttyS0", {UART_IO, 0x3F8, 115200, 0}},
		{"ttyS1", {UART_IO, 0x2F8, 115200, 0}},
		{"ttyS2,9600", {UART_IO, 0x3E8, 9600, 0}},
		{"ttyS3,57600n8", {UART_IO, 0x2E8, 57600, 0}},
		{"ttyS0,115200n", {UART_IO, 0x3F8, 115200, 0}},
		{"uart,io,0x2f8,115200", {UART_IO, 0x2F8, 115200, 0}},
		{"uart,io,0x2F8", {UART_IO, 0x2F8, 115200, 0}},
		{"uart,io,760", {UART_IO, 760, 115200, 0}},
		{"uart8250,io,0x3f8,9600n8", {UART_IO, 0x3F8, 9600, 0}},
		{"uart,io,0xfff8", {UART_IO, 0xFFF8, 115200, 0}},
		{"uart,mmio,0xfedc9000", {UART_MMIO8, 0xFEDC9000, 0, 0}},
		{"uart8250,mmio,0xfedc9000,300", {UART_MMIO8, 0xFEDC9000, 300, 0}},
		{"uart,mmio32,0xfe032000,115200", {UART_MMIO32, 0xFE032000, 115200, 0}},
		{"uart8250,mmio32,0xfe03200000", {UART_MMIO32, 0xFE03200000, 0, 0}},
		{"uart,mmio16,0xfe032000", {UART_MMIO16, 0xFE032000, 0, 0}},
		{"uart,mmio16,0xfe032000,9600", {UART_MMIO16, 0xFE032000, 9600, 0}},
		{"pciserial", {UART_PCI, 0, 115200, 0}},
		{"pciserial,9600", {UART_PCI, 0, 9600, 0}},
		{"pciserial,00:16.3", {UART_PCI, 0xB3, 115200, 0}},
		{"pciserial,3a:1F.7,9600", {UART_PCI, 0x3AFF, 9600, 0}},
		{"pciserial,80:0.0,57600n8", {UART_PCI, 0x8000, 57600, 0}},
		{"pciserial,ff:1f.7", {UART_PCI, 0xFFFF, 115200, 0}},
		{"ttyS0,2", {UART_IO, 0x3F8, 2, 0}},
	};

	for (size_t i = 0; i < COUNT_OF(known); i++) {
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
		{"ttyS0,1", "at most 65535"},
		{"ttyS0,9600e7", "n8"},
		{"ttyS0,9600x", "n8"},
		{"ttyS0,9600n81", "n8"},
		{"uart", "known are"},
		{"uart,pci,0", "io, mmio, mmio16 or mmio32"},
		{"uart,io,", "address is not a number"},
		{"uart,io,com1", "address is not a number"},
		{"uart,io,0xfff9", "0xfff8"},
		{"uart,io,0x10000", "0xfff8"},
		{"uart,mmio64,0x1000", "io, mmio, mmio16 or mmio32"},
		{"uart,mmio32,0x10000000000000000", "address is not a number"},
		{"pciserial9600", "baud rate is not a number"},
		{"pciserial,", "baud rate is not a number"},
		{"pciserial,fe", "baud rate is not a number"},
		{"pciserial,0:", "BUS:DEVICE.FUNCTION"},
		{"pciserial,100:0.0", "BUS:DEVICE.FUNCTION"},
		{"pciserial,0:20.0", "BUS:DEVICE.FUNCTION"},
		{"pciserial,0:1f.8", "BUS:DEVICE.FUNCTION"},
		{"pciserial,0:1f", "BUS:DEVICE.FUNCTION"},
		{"pciserial,0000:00:16.3", "BUS:DEVICE.FUNCTION"},
		{"pciserial,00:16.3 ", "baud rate is not a number"},
	};

	for (size_t i = 0; i < COUNT_OF(malformed); i++) {
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

/* All there are: no proof has this rule, because a solver takes too long over a division. */
static void a_rate_is_taken_if_and_only_if_it_divides_115200(void **state)
{
	for (uint32_t baud = 0; baud <= 2 * UART_BAUD_DEFAULT; baud++) {
		bool divides = baud >= 2 && UART_BAUD_DEFAULT % baud == 0;
		struct uart uart = untouched;
		char text[16];
		int size = snprintf(text, sizeof(text), "ttyS0,%u", baud);
		struct bytes bytes = {(const uint8_t *)text, (size_t)size};

		assert_int_equal(uart_read(bytes, &uart) == NULL, divides);
		assert_true(!divides ||
		            (uart.baud == baud && uart_divisor(&uart) * baud == UART_BAUD_DEFAULT));
	}
}

static void a_divisor_is_the_nearest_one_within_2_percent(void **state)
{
	static const struct {
		uint32_t baud, base;
		uint16_t divisor;
	} known[] = {
		{115200, 0, 1},
		{9600, 0, 12},
		{300, 0, 384},
		{115200, 115200, 1},
		{115200, 921600, 8},
		{115200, 3906250, 34},
		{115200, 7812500, 68},
		{115200, 3000000, 26},
		{0, 0, 0},
		{0, 3000000, 0},
		{230400, 0, 0},      /* more than the clock can */
		{115200, 500000, 0}, /* 125000 is 8 % too fast */
		{115200, 62500, 0},  /* 1 MHz */
		{1, 0, 0},           /* more than 16 bits */
		{1, 65535, 65535},   /* the largest */
		{1, 65536, 0},
		{UINT32_MAX, UINT32_MAX, 1},
		{UINT32_MAX, 1, 0},
		{102, 100, 1},
		{103, 100, 0},
		{101, 99, 0},
		{98, 100, 1},
		{97, 100, 0},
		{97, 99, 0},
		{100, 10049, 100},
		{100, 10050, 101},
		{100, 10055, 101},
	};

	for (size_t i = 0; i < COUNT_OF(known); i++) {
		struct uart uart = {UART_IO, 0x3F8, known[i].baud, known[i].base};

		assert_int_equal(uart_divisor(&uart), known[i].divisor);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(ports_are_named_as_linux_names_them),
		cmocka_unit_test(what_is_malformed_is_named_and_changes_nothing),
		cmocka_unit_test(a_rate_is_taken_if_and_only_if_it_divides_115200),
		cmocka_unit_test(a_divisor_is_the_nearest_one_within_2_percent),
		cmocka_unit_test(two_names_of_one_port_are_the_same_at_whatever_rate),
	};

	return unit_run(rules, COUNT_OF(rules));
}
