/* kernel/tables/spcr.h: the console that firmware selects. */
#include "kernel/tables/spcr.h"
#include "tests/unit/unit.h"

enum { INTERFACE = 36, SPACE = 40, BITS = 41, ACCESS = 43, ADDRESS = 44, BAUD = 58, SIZE = 80 };
enum { IO = 1, MEMORY = 0 };

/* A table for a 16550 at I/O port 0x2f8, 115200 baud. */
static struct unit_writer usual(void)
{
	struct unit_writer table = {0};

	unit_begin_table(&table, "SPCR");
	unit_fill(&table, SIZE);
	unit_set(&table, SPACE, IO, 1);
	unit_set(&table, BITS, 8, 1);
	unit_set(&table, ACCESS, 1, 1);
	unit_set(&table, ADDRESS, 0x2F8, 8);
	unit_set(&table, BAUD, 7, 1);
	return table;
}

static void a_port_and_its_rate_are_read(void **state)
{
	static const uint32_t rates[] = {0, 0, 0, 9600, 19200, 0, 57600, 115200, 0};
	struct unit_writer table = usual();
	struct uart uart;

	for (size_t code = 0; code < COUNT(rates); code++) {
		unit_set(&table, BAUD, code, 1);
		assert_null(spcr_read(unit_written(&table), &uart));
		assert_int_equal(uart.access, UART_IO);
		assert_int_equal(uart.address, 0x2F8);
		assert_int_equal(uart.baud, rates[code]);
	}
}

static void registers_in_memory_have_their_width(void **state)
{
	static const struct {
		uint8_t bits, access;
		int expected;
	} widths[] = {
		{8, 1, UART_MMIO8},   {8, 0, UART_MMIO8},   {0, 0, UART_MMIO8},
		{32, 3, UART_MMIO32}, {32, 0, UART_MMIO32}, {32, 1, UART_MMIO32},
		{8, 3, UART_MMIO32},  {16, 2, UART_NONE},   {16, 0, UART_NONE},
	};
	struct unit_writer table = usual();
	struct uart uart;

	unit_set(&table, SPACE, MEMORY, 1);
	unit_set(&table, ADDRESS, 0xFEDC9000, 8);
	for (size_t i = 0; i < COUNT(widths); i++) {
		unit_set(&table, BITS, widths[i].bits, 1);
		unit_set(&table, ACCESS, widths[i].access, 1);
		const char *problem = spcr_read(unit_written(&table), &uart);
		assert_int_equal(problem == NULL, widths[i].expected != UART_NONE);
		assert_int_equal(uart.access, widths[i].expected);
	}
}

static void a_console_that_is_off_is_none(void **state)
{
	struct unit_writer table = usual();
	struct uart uart;

	unit_set(&table, ADDRESS, 0, 8);
	assert_null(spcr_read(unit_written(&table), &uart));
	assert_int_equal(uart.access, UART_NONE);
}

static void what_is_no_16550_is_of_no_use(void **state)
{
	static const struct {
		size_t at, size;
		uint64_t value;
	} changes[] = {{INTERFACE, 1, 3},    /* an ARM PL011 */
	               {SPACE, 1, 2},        /* PCI configuration space */
	               {ADDRESS, 8, 0xFFF9}, /* no room for 8 ports */
	               {ADDRESS, 8, 1ull << 32}};
	struct uart uart;

	for (size_t i = 0; i < COUNT(changes); i++) {
		struct unit_writer table = usual();

		unit_set(&table, changes[i].at, changes[i].value, changes[i].size);
		assert_non_null(spcr_read(unit_written(&table), &uart));
		assert_int_equal(uart.access, UART_NONE);
	}
}

static void any_length_is_read_within_bounds(void **state)
{
	struct unit_writer table = usual();
	struct uart uart;

	for (size_t size = 0; size <= SIZE; size++) {
		bool enough = spcr_read(unit_bytes(table.at, size), &uart) == NULL;

		assert_int_equal(enough, size >= ADDRESS + 8);
		assert_int_equal(uart.access, enough ? UART_IO : UART_NONE);
	}
}

int main(void)
{
	const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_port_and_its_rate_are_read),
		cmocka_unit_test(registers_in_memory_have_their_width),
		cmocka_unit_test(a_console_that_is_off_is_none),
		cmocka_unit_test(what_is_no_16550_is_of_no_use),
		cmocka_unit_test(any_length_is_read_within_bounds),
	};

	return unit_run(rules, COUNT(rules));
}
