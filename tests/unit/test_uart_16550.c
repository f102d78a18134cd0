/* arch/x86_64/devices/uart_16550.c: a port that is there, and one that goes away. */
#include "arch/x86_64/devices/pci.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/registers.h"
#include "kernel/machine/arch.h"
#include "tests/unit/unit.h"

static uint8_t registers[8], divisor[2];
static bool gone;
static uint8_t fifo_state = UART_INTERRUPT_ID_FIFOS;
static struct unit_capture *written;     /* register and value of each write */
static uint8_t stuck_set, stuck_cleared; /* bits of the interrupt-enable register */
static uint32_t silent;                  /* so many cards do not answer */
static unsigned cards, tried, released;
static uint16_t memory16[8];
static uint32_t memory32[8];
static uint8_t memory8[8];

static bool is_divisor(uint16_t port)
{
	return port < 0x3FA && registers[UART_LINE_CONTROL] & UART_LINE_CONTROL_DLAB;
}

uint8_t in8(uint16_t port)
{
	if (port >= 0x1000)
		return 0xFF;
	assert_in_range(port, 0x3F8, 0x3FF);
	if (port == 0x3F9)
		return (uint8_t)((registers[UART_INTERRUPT_ENABLE] | stuck_set) & ~stuck_cleared);
	return gone ? 0xFF : registers[port - 0x3F8];
}

void out8(uint16_t port, uint8_t value)
{
	if (port >= 0x1000)
		return;
	assert_in_range(port, 0x3F8, 0x3FF);
	if (written != NULL)
		text_print(&written->text, "%u=%#x ", port - 0x3F8u, value);
	if (is_divisor(port))
		divisor[port - 0x3F8] = value;
	else
		registers[port - 0x3F8] = port == 0x3FA ? fifo_state : value;
}

bool pci_next_uart(struct pci_search *search, struct uart *uart)
{
	if (tried == cards)
		return false;
	*uart = (struct uart){UART_IO, tried < silent ? 0x1000 : 0x3F8, uart->baud, 0};
	tried++;
	return true;
}

void pci_release_uart(const struct pci_search *search)
{
	released++;
}

void *paging_map_device(uint64_t phys, uint64_t size)
{
	assert_int_equal(size, 32);
	return phys == 0xFE000000   ? (void *)memory16
	       : phys == 0xFE001000 ? (void *)memory32
	       : phys == 0xFE002000 ? (void *)memory8
	                            : NULL;
}

static void open_port_at(uint32_t baud, uint32_t base_baud)
{
	struct uart uart = {UART_IO, 0x3F8, baud, base_baud};

	memset(divisor, 0x5A, sizeof(divisor));
	registers[UART_LINE_STATUS] =
		UART_LINE_STATUS_THR_EMPTY | UART_LINE_STATUS_TRANSMITTER_EMPTY;
	assert_true(arch_serial_open(0, &uart));
}

static void open_port(void)
{
	open_port_at(115200, 0);
}

static void the_rate_is_set_by_the_clock_or_left_alone(void **state)
{
	open_port_at(115200, 0);
	assert_int_equal(divisor[0] | divisor[1] << 8, 1);
	open_port_at(300, 921600);
	assert_int_equal(divisor[0] | divisor[1] << 8, 3072);
	open_port_at(0, 0);
	assert_int_equal(divisor[0] | divisor[1] << 8, 0x5A5A);
	open_port_at(115200, 500000);
	assert_int_equal(divisor[0] | divisor[1] << 8, 0x5A5A);
	assert_int_equal(registers[UART_LINE_CONTROL], UART_LINE_CONTROL_8N1);
}

/* The memory takes what is written, as the interrupt-enable register does. */
static void registers_may_lie_two_bytes_apart(void **state)
{
	struct uart uart = {UART_MMIO16, 0xFE000000, 0, 0};

	memory16[UART_LINE_STATUS] = UART_LINE_STATUS_THR_EMPTY;
	assert_true(arch_serial_open(0, &uart));
	assert_int_equal(memory16[UART_LINE_CONTROL], UART_LINE_CONTROL_8N1);
	arch_serial_put(0, 'x');
	assert_int_equal(memory16[UART_DATA], 'x');
	assert_true(arch_serial_room(0) > 0);
	uart.address = 0xFD000000;
	assert_false(arch_serial_open(1, &uart));
}

static void registers_may_lie_four_bytes_apart_or_side_by_side(void **state)
{
	struct uart four = {UART_MMIO32, 0xFE001000, 0, 0}, one = {UART_MMIO8, 0xFE002000, 0, 0};

	memory32[UART_LINE_STATUS] = memory8[UART_LINE_STATUS] = UART_LINE_STATUS_THR_EMPTY;
	assert_true(arch_serial_open(0, &four));
	assert_true(arch_serial_open(1, &one));
	assert_int_equal(memory32[UART_LINE_CONTROL], UART_LINE_CONTROL_8N1);
	assert_int_equal(memory8[UART_LINE_CONTROL], UART_LINE_CONTROL_8N1);
	arch_serial_put(0, 'x');
	arch_serial_put(1, 'y');
	assert_int_equal(memory32[UART_DATA], 'x');
	assert_int_equal(memory8[UART_DATA], 'y');
	assert_true(arch_serial_room(0) > 0 && arch_serial_room(1) > 0);
}

static void cards_are_tried_until_one_answers(void **state)
{
	struct uart uart = {.access = UART_PCI, .baud = 9600};

	cards = 3;
	silent = 2;
	registers[UART_LINE_STATUS] = UART_LINE_STATUS_THR_EMPTY;
	assert_true(arch_serial_open(0, &uart));
	assert_int_equal(uart.address, 0x3F8);
	assert_int_equal(uart.baud, 9600);
	assert_int_equal(tried, 3);
	assert_int_equal(released, 2);
}

static void cards_that_all_keep_silent_are_left_as_they_were(void **state)
{
	struct uart uart = {.access = UART_PCI, .baud = 9600};

	cards = silent = 2;
	assert_false(arch_serial_open(0, &uart));
	assert_int_equal(released, 2);
	assert_int_equal(uart.access, UART_PCI);
}

static void a_port_that_is_there_has_room_and_data_as_it_says(void **state)
{
	uint8_t byte;

	open_port();
	assert_int_equal(arch_serial_room(0), 16);
	assert_true(arch_serial_idle(0));
	assert_false(arch_serial_get(0, &byte));
	registers[UART_LINE_STATUS] = UART_LINE_STATUS_DATA_READY;
	registers[UART_DATA] = 'x';
	assert_int_equal(arch_serial_room(0), 0);
	assert_false(arch_serial_idle(0));
	assert_true(arch_serial_get(0, &byte));
	assert_int_equal(byte, 'x');
}

static void a_port_that_has_gone_away_has_neither(void **state)
{
	uint8_t byte;

	open_port();
	gone = true;
	assert_int_equal(arch_serial_room(0), 0);
	assert_false(arch_serial_idle(0));
	assert_false(arch_serial_get(0, &byte));
}

/* A UART's interrupt-enable register has 4 bits that take what is written, and no others. */
static void memory_and_latches_are_no_uart(void **state)
{
	static const struct {
		uint8_t set, cleared; /* bits that are 1, and 0, whatever is written */
		bool there;
	} ports[] = {
		{0, 0, true},  {0x0F, 0, false}, {0, 0x0F, false}, {1, 0, false},
		{0, 1, false}, {0x10, 0, false}, {0x80, 0, false}, {0, 8, false},
	};

	registers[UART_LINE_STATUS] = UART_LINE_STATUS_THR_EMPTY;
	for (size_t i = 0; i < COUNT_OF(ports); i++) {
		struct uart uart = {UART_IO, 0x3F8, 0, 0};

		stuck_set = ports[i].set;
		stuck_cleared = ports[i].cleared;
		assert_int_equal(arch_serial_open(0, &uart), ports[i].there);
	}
}

/* DTR and RTS, 8N1, the test of the interrupt enables, the divisor under DLAB, the FIFOs. */
static void a_port_is_set_up_in_this_order(void **state)
{
	struct uart uart = {UART_IO, 0x3F8, 300, 0};

	written = unit_capture();
	registers[UART_LINE_STATUS] = UART_LINE_STATUS_THR_EMPTY;
	assert_true(arch_serial_open(0, &uart));
	assert_string_equal(written->at,
	                    "4=0x3 3=0x3 1=0xf 1=0x0 3=0x83 0=0x80 1=0x1 3=0x3 2=0x7 ");
	assert_int_equal(uart.baud, 300);
	written = unit_capture();
	uart.baud = 7;
	uart.base_baud = 1;
	assert_true(arch_serial_open(0, &uart));
	assert_string_equal(written->at, "4=0x3 3=0x3 1=0xf 1=0x0 2=0x7 ");
	assert_int_equal(uart.baud, 0);
}

static void a_port_that_reads_as_ones_is_none(void **state)
{
	struct uart uart = {UART_IO, 0x3F8, 0, 0};

	registers[UART_LINE_STATUS] = 0xFF;
	assert_false(arch_serial_open(0, &uart));
	registers[UART_LINE_STATUS] = 0xFE;
	assert_true(arch_serial_open(0, &uart));
}

/* An 8250 has none, and the FIFOs of the first 16550 do not work: one bit of two says so. */
static void without_working_fifos_a_byte_is_sent_at_a_time(void **state)
{
	static const struct {
		uint8_t state;
		unsigned room;
	} fifos[] = {{0, 1}, {0x40, 1}, {0x80, 1}, {0xC0, 16}, {0xC1, 16}, {0x3F, 1}};

	for (size_t i = 0; i < COUNT_OF(fifos); i++) {
		fifo_state = fifos[i].state;
		open_port();
		assert_int_equal(arch_serial_room(0), fifos[i].room);
	}
}

static void a_port_that_was_never_opened_has_neither_room_nor_data(void **state)
{
	uint8_t byte;

	assert_int_equal(arch_serial_room(2), 0);
	assert_false(arch_serial_get(2, &byte));
	assert_false(arch_serial_idle(2));
	arch_serial_put(2, 'x');
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_port_that_is_there_has_room_and_data_as_it_says),
		cmocka_unit_test(a_port_that_has_gone_away_has_neither),
		cmocka_unit_test(the_rate_is_set_by_the_clock_or_left_alone),
		cmocka_unit_test(registers_may_lie_two_bytes_apart),
		cmocka_unit_test(registers_may_lie_four_bytes_apart_or_side_by_side),
		cmocka_unit_test(cards_are_tried_until_one_answers),
		cmocka_unit_test(cards_that_all_keep_silent_are_left_as_they_were),
		cmocka_unit_test(memory_and_latches_are_no_uart),
		cmocka_unit_test(a_port_is_set_up_in_this_order),
		cmocka_unit_test(a_port_that_reads_as_ones_is_none),
		cmocka_unit_test(without_working_fifos_a_byte_is_sent_at_a_time),
		cmocka_unit_test(a_port_that_was_never_opened_has_neither_room_nor_data),
	};

	return unit_run(rules, COUNT_OF(rules));
}
