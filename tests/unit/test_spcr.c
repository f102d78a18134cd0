/* kernel/tables/spcr.h: the console that firmware selects. */
#include "kernel/tables/spcr.h"
#include "tests/unit/unit.h"

enum { REVISION = 8, CLOCK = 76, PRECISE = 80, SIZE_4 = 88 };
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

	for (size_t code = 0; code < COUNT_OF(rates); code++) {
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
		{8, 3, UART_MMIO32},  {16, 2, UART_MMIO16}, {16, 0, UART_MMIO16},
		{8, 2, UART_MMIO16},  {8, 4, UART_NONE},    {16, 4, UART_MMIO16},
		{64, 4, UART_NONE},   {64, 0, UART_NONE},   {9, 0, UART_NONE},
		{9, 1, UART_NONE},
	};
	struct unit_writer table = usual();
	struct uart uart;

	unit_set(&table, SPACE, MEMORY, 1);
	unit_set(&table, ADDRESS, 0xFEDC9000, 8);
	for (size_t i = 0; i < COUNT_OF(widths); i++) {
		unit_set(&table, BITS, widths[i].bits, 1);
		unit_set(&table, ACCESS, widths[i].access, 1);
		const char *problem = spcr_read(unit_written(&table), &uart);
		if (widths[i].expected != UART_NONE)
			assert_null(problem);
		else
			assert_string_equal(problem,
			                    "its registers are neither 8, 16 nor 32 bits wide");
		assert_int_equal(uart.access, widths[i].expected);
	}
}

/* Returns the baud rate that is set: 0 if the firmware's is kept. */
static uint32_t rate_of(const struct unit_writer *table)
{
	struct uart uart;

	assert_null(spcr_read(unit_written(table), &uart));
	assert_int_equal(uart.baud == 0, uart_divisor(&uart) == 0);
	return uart.baud;
}

/* A table of a revision, with a code and a number for the rate, and a clock. */
static struct unit_writer rated(uint8_t space, uint8_t revision, uint8_t code, uint32_t precise,
                                uint32_t clock)
{
	struct unit_writer table = usual();

	unit_fill(&table, SIZE_4);
	unit_set(&table, SPACE, space, 1);
	unit_set(&table, REVISION, revision, 1);
	unit_set(&table, BAUD, code, 1);
	unit_set(&table, CLOCK, clock, 4);
	unit_set(&table, PRECISE, precise, 4);
	return table;
}

static void a_rate_is_set_only_if_its_divisor_is_known(void **state)
{
	static const struct {
		uint8_t space, revision, code;
		uint32_t precise, clock, rate;
	} rates[] = {
		{IO, 2, 7, 0, 0, 115200},
		{IO, 2, 7, 9600, 48000000, 115200}, /* older than these fields */
		{IO, 2, 7, 0, 16, 115200},
		{IO, 3, 0, 0, 16, 0},
		{IO, 3, 7, 0, 1843200, 115200},
		{IO, 3, 7, 9600, 0, 115200},
		{IO, 4, 7, 9600, 0, 9600},
		{IO, 4, 0, 0, 0, 0}, /* as is */
		{IO, 4, 0, 921600, 14745600, 921600},
		{IO, 4, 0, 921600, 0, 0}, /* a PC's clock is too slow */
		{IO, 3, 7, 0, 16, 0},     /* nonsense */
		{MEMORY, 2, 7, 0, 0, 0},
		{MEMORY, 3, 7, 0, 0, 0},
		{MEMORY, 3, 7, 0, 48000000, 115200},
		{MEMORY, 3, 7, 0, 20000000, 115200},
		{MEMORY, 3, 7, 0, 8000000, 0}, /* 125000 is too far off */
	};

	for (size_t i = 0; i < COUNT_OF(rates); i++) {
		struct unit_writer table = rated(rates[i].space, rates[i].revision, rates[i].code,
		                                 rates[i].precise, rates[i].clock);

		assert_int_equal(rate_of(&table), rates[i].rate);
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
		const char *problem;
	} changes[] = {
		/* an ARM PL011, PCI configuration space, and no room for 8 ports */
		{INTERFACE, 1, 3, "it names no 16550"},
		{SPACE, 1, 2, "its UART is neither in memory nor at I/O ports"},
		{ADDRESS, 8, 0xFFF9, "its I/O port is beyond the last"},
		{ADDRESS, 8, 1ull << 32, "its I/O port is beyond the last"},
	};
	struct uart uart;

	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		struct unit_writer table = usual();

		unit_set(&table, changes[i].at, changes[i].value, changes[i].size);
		assert_string_equal(spcr_read(unit_written(&table), &uart), changes[i].problem);
		assert_int_equal(uart.access, UART_NONE);
		unit_set(&table, changes[i].at, changes[i].value - 1, changes[i].size);
		assert_int_equal(spcr_read(unit_written(&table), &uart) == NULL,
		                 changes[i].value == 2 || changes[i].value == 0xFFF9);
	}
}

/* SPCR's interface types are those of DBG2: 0, 1 and 12H are 16550s or compatible. */
static void only_16550s_are_used(void **state)
{
	struct uart uart;

	for (unsigned type = 0; type <= UINT8_MAX; type++) {
		struct unit_writer table = usual();
		bool compatible = type == 0 || type == 1 || type == 0x12;

		unit_set(&table, INTERFACE, type, 1);
		assert_int_equal(spcr_read(unit_written(&table), &uart) == NULL, compatible);
		assert_int_equal(uart.access, compatible ? UART_IO : UART_NONE);
	}
}

static void any_length_is_read_within_bounds(void **state)
{
	struct unit_writer table = usual();
	struct uart uart;

	for (size_t size = 0; size <= SIZE; size++) {
		const char *problem = spcr_read(unit_bytes(table.at, size), &uart);
		bool enough = size >= ADDRESS + 8;

		if (enough)
			assert_null(problem);
		else
			assert_string_equal(problem, "it ends before its address");
		assert_int_equal(uart.access, enough ? UART_IO : UART_NONE);
	}
}

int main(void)
{
	const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_port_and_its_rate_are_read),
		cmocka_unit_test(registers_in_memory_have_their_width),
		cmocka_unit_test(a_rate_is_set_only_if_its_divisor_is_known),
		cmocka_unit_test(a_console_that_is_off_is_none),
		cmocka_unit_test(what_is_no_16550_is_of_no_use),
		cmocka_unit_test(only_16550s_are_used),
		cmocka_unit_test(any_length_is_read_within_bounds),
	};

	return unit_run(rules, COUNT_OF(rules));
}
