/* The serial console: a 16550 or what behaves like one, at I/O ports or in memory. */
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/registers.h"
#include "kernel/arch.h"

enum { CLOCK_BAUD = 115200, FIFO_SIZE = 16, ABSENT = 0xFF };

static struct {
	struct uart uart;
	volatile uint8_t *registers; /* in memory */
	unsigned burst;              /* bytes that fit once the transmitter is empty */
} serial;

static uint8_t read(unsigned reg)
{
	switch (serial.uart.access) {
	case UART_IO:
		return in8((uint16_t)(serial.uart.address + reg));
	case UART_MMIO8:
		return serial.registers[reg];
	case UART_MMIO32:
		return (uint8_t)((volatile uint32_t *)serial.registers)[reg];
	default:
		return ABSENT;
	}
}

static void write(unsigned reg, uint8_t value)
{
	switch (serial.uart.access) {
	case UART_IO:
		out8((uint16_t)(serial.uart.address + reg), value);
		break;
	case UART_MMIO8:
		serial.registers[reg] = value;
		break;
	case UART_MMIO32:
		((volatile uint32_t *)serial.registers)[reg] = value;
		break;
	default:
		break;
	}
}

static void set_line(uint32_t baud)
{
	uint32_t divisor = CLOCK_BAUD / baud;

	write(UART_INTERRUPT_ENABLE, 0);
	write(UART_LINE_CONTROL, UART_LINE_CONTROL_DLAB);
	write(UART_DIVISOR_LOW, (uint8_t)divisor);
	write(UART_DIVISOR_HIGH, (uint8_t)(divisor >> 8));
	write(UART_LINE_CONTROL, UART_LINE_CONTROL_8N1);
	write(UART_MODEM_CONTROL, UART_MODEM_CONTROL_DTR_RTS);
}

/* Where nothing is, all bits read as one; a UART's interrupt-enable register has four zeros. */
static bool answers(void)
{
	return read(UART_LINE_STATUS) != ABSENT && (read(UART_INTERRUPT_ENABLE) & 0xF0) == 0;
}

bool arch_serial_open(const struct uart *uart)
{
	serial.uart = *uart;
	if (uart->access == UART_MMIO8 || uart->access == UART_MMIO32) {
		serial.registers = paging_map_device(uart->address, 32);
		if (serial.registers == NULL)
			return false;
	}
	if (uart->access == UART_NONE || !answers())
		return false;
	set_line(uart->baud);
	write(UART_FIFO_CONTROL, UART_FIFO_CONTROL_ENABLE);
	bool fifo = (read(UART_INTERRUPT_ID) & UART_INTERRUPT_ID_FIFOS) == UART_INTERRUPT_ID_FIFOS;
	serial.burst = fifo ? FIFO_SIZE : 1;
	return true;
}

unsigned arch_serial_room(void)
{
	return read(UART_LINE_STATUS) & UART_LINE_STATUS_THR_EMPTY ? serial.burst : 0;
}

void arch_serial_put(uint8_t byte)
{
	write(UART_DATA, byte);
}

bool arch_serial_idle(void)
{
	return read(UART_LINE_STATUS) & UART_LINE_STATUS_TRANSMITTER_EMPTY;
}
