/*
 * Drives serial ports: UARTs compatible with the 16550, at I/O ports or in memory. Polled, so that
 * the log works before there are interrupts, and in a panic.
 */
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/devices/pci.h"
#include "arch/x86_64/registers.h"
#include "kernel/machine/arch.h"

enum { FIFO_SIZE = 16, ABSENT = 0xFF, REGISTERS_SIZE = 32 };

struct uart_port {
	struct uart uart;
	volatile uint8_t *registers; /* in memory */
	unsigned burst;              /* bytes that fit once the transmitter is empty */
};

static struct uart_port ports[OPTIONS_CONSOLES_MAX];

static uint8_t uart_read_register(const struct uart_port *port, unsigned reg)
{
	switch (port->uart.access) {
	case UART_IO:
		return in8((uint16_t)(port->uart.address + reg));
	case UART_MMIO8:
		return port->registers[reg];
	case UART_MMIO16:
		return (uint8_t)((volatile uint16_t *)port->registers)[reg];
	case UART_MMIO32:
		return (uint8_t)((volatile uint32_t *)port->registers)[reg];
	default:
		return ABSENT;
	}
}

static void uart_write_register(const struct uart_port *port, unsigned reg, uint8_t value)
{
	switch (port->uart.access) {
	case UART_IO:
		out8((uint16_t)(port->uart.address + reg), value);
		break;
	case UART_MMIO8:
		port->registers[reg] = value;
		break;
	case UART_MMIO16:
		((volatile uint16_t *)port->registers)[reg] = value;
		break;
	case UART_MMIO32:
		((volatile uint32_t *)port->registers)[reg] = value;
		break;
	default:
		break;
	}
}

/*
 * Returns true if there is a UART. An address without a device reads as all ones or all zeros. In a
 * UART's interrupt-enable register, 4 bits hold what is written and the others are 0. The test
 * raises no interrupt: on a PC, a UART's interrupt line is connected only while OUT2 is set, and it
 * is clear.
 */
static bool answers(const struct uart_port *port)
{
	if (uart_read_register(port, UART_LINE_STATUS) == ABSENT)
		return false;
	uart_write_register(port, UART_MODEM_CONTROL, UART_MODEM_CONTROL_DTR_RTS);
	uart_write_register(port, UART_LINE_CONTROL, UART_LINE_CONTROL_8N1);
	uart_write_register(port, UART_INTERRUPT_ENABLE, UART_INTERRUPT_ENABLE_ALL);
	bool ones = uart_read_register(port, UART_INTERRUPT_ENABLE) == UART_INTERRUPT_ENABLE_ALL;
	uart_write_register(port, UART_INTERRUPT_ENABLE, 0);
	return ones && uart_read_register(port, UART_INTERRUPT_ENABLE) == 0;
}

/* While DLAB is set, the divisor replaces two other registers, so DLAB is cleared at once. */
static void set_divisor(const struct uart_port *port, uint16_t divisor)
{
	uart_write_register(port, UART_LINE_CONTROL,
	                    UART_LINE_CONTROL_DLAB | UART_LINE_CONTROL_8N1);
	uart_write_register(port, UART_DIVISOR_LOW, (uint8_t)divisor);
	uart_write_register(port, UART_DIVISOR_HIGH, (uint8_t)(divisor >> 8));
	uart_write_register(port, UART_LINE_CONTROL, UART_LINE_CONTROL_8N1);
}

static bool answers_at(struct uart_port *port, const struct uart *uart)
{
	port->uart = *uart;
	if (uart->access != UART_IO)
		port->registers = paging_map_device(uart->address, REGISTERS_SIZE);
	return (uart->access == UART_IO || port->registers != NULL) && answers(port);
}

/* A card whose port does not answer must not hide the next one. */
static bool find_on_card(struct uart_port *port, struct uart *uart)
{
	struct pci_search search = {.only = (uint32_t)uart->address};
	const struct uart wanted = *uart;

	while (pci_next_uart(&search, uart)) {
		if (answers_at(port, uart))
			return true;
		pci_release_uart(&search);
		*uart = wanted;
	}
	return false;
}

/*
 * An 8250 or 16450 has no FIFO, and takes one byte at a time. Its interrupt-identification register
 * reads 0 in the bits that report FIFOs.
 */
bool arch_serial_open(unsigned index, struct uart *uart)
{
	struct uart_port *port = &ports[index];
	uint16_t divisor;

	if (!(uart->access == UART_PCI ? find_on_card(port, uart) : answers_at(port, uart)))
		return false;
	divisor = uart_divisor(uart);
	if (divisor != 0)
		set_divisor(port, divisor);
	else
		uart->baud = 0;
	uart_write_register(port, UART_FIFO_CONTROL, UART_FIFO_CONTROL_ENABLE);
	bool fifo = (uart_read_register(port, UART_INTERRUPT_ID) & UART_INTERRUPT_ID_FIFOS) ==
	            UART_INTERRUPT_ID_FIFOS;
	port->burst = fifo ? FIFO_SIZE : 1;
	return true;
}

/* A port that was unplugged reads as all ones, which must not look like room or data. */
static uint8_t line_status(unsigned index)
{
	uint8_t status = uart_read_register(&ports[index], UART_LINE_STATUS);

	return status != ABSENT ? status : 0;
}

unsigned arch_serial_room(unsigned index)
{
	return line_status(index) & UART_LINE_STATUS_THR_EMPTY ? ports[index].burst : 0;
}

void arch_serial_put(unsigned index, uint8_t byte)
{
	uart_write_register(&ports[index], UART_DATA, byte);
}

bool arch_serial_idle(unsigned index)
{
	return line_status(index) & UART_LINE_STATUS_TRANSMITTER_EMPTY;
}

bool arch_serial_get(unsigned index, uint8_t *byte)
{
	if (!(line_status(index) & UART_LINE_STATUS_DATA_READY))
		return false;
	*byte = uart_read_register(&ports[index], UART_DATA);
	return true;
}
