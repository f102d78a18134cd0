/* arch/x86_64/devices/uart_16550.c: a port that is there, and one that goes away. */
#include "arch/x86_64/devices/pci.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/registers.h"
#include "kernel/machine/arch.h"
#include "tests/unit/unit.h"

static uint8_t registers[8];
static bool gone;

uint8_t in8(uint16_t port)
{
	assert_in_range(port, 0x3F8, 0x3FF);
	return gone ? 0xFF : registers[port - 0x3F8];
}

void out8(uint16_t port, uint8_t value)
{
	assert_in_range(port, 0x3F8, 0x3FF);
	registers[port - 0x3F8] = port == 0x3FA ? UART_INTERRUPT_ID_FIFOS : value;
}

bool pci_find_uart(struct uart *uart)
{
	return false;
}

void *paging_map_device(uint64_t phys, uint64_t size)
{
	return NULL;
}

static void open_port(void)
{
	struct uart uart = {.access = UART_IO, .address = 0x3F8, .baud = 115200};

	registers[UART_LINE_STATUS] =
		UART_LINE_STATUS_THR_EMPTY | UART_LINE_STATUS_TRANSMITTER_EMPTY;
	assert_true(arch_serial_open(0, &uart));
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

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_port_that_is_there_has_room_and_data_as_it_says),
		cmocka_unit_test(a_port_that_has_gone_away_has_neither),
	};

	return unit_run(rules, COUNT(rules));
}
