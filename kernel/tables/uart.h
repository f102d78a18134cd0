/*
 * Serial ports, as a command line names them: in Linux's spelling. Pure; the bytes are not trusted.
 */
#ifndef KERNEL_UART_H
#define KERNEL_UART_H

#include "kernel/lib/bytes.h"

enum { UART_BAUD_DEFAULT = 115200, UART_PORT_FIRST = 0x3F8, UART_PORT_LAST = 0xFFF8 };

/* A 16550-compatible UART. */
struct uart {
	enum {
		UART_NONE,
		UART_IO,
		UART_MMIO8,
		UART_MMIO16, /* a register every 2 bytes */
		UART_MMIO32, /* a register every 4 bytes */
		UART_PCI,    /* where a PCI serial card has it */
	} access;
	uint64_t address;   /* of the first register: an I/O port or a physical address */
	uint32_t baud;      /* 0: keep the rate that is set */
	uint32_t base_baud; /* the rate that divisor 1 gives; 0: a PC's, 115200 */
};

/* The address of UART_PCI: a function of a device on a bus; 0, which is never a card, is any. */
#define UART_PCI_FUNCTION(bus, device, function) ((bus) << 8 | (device) << 3 | (function))

/*
 * Reads "ttyS0" to "ttyS3", "uart,io|mmio|mmio16|mmio32,ADDRESS" or
 * "pciserial[,BUS:DEVICE.FUNCTION]", each of them with ",BAUD" if that is not 115200. In memory,
 * where no clock is standard, the default is to keep the rate. Returns NULL, or what is wrong with
 * it.
 */
const char *uart_read(struct bytes text, struct uart *uart);

/*
 * Returns the divisor for the baud rate; 0 if none gives it within 2 %, or the rate is to be kept.
 */
uint16_t uart_divisor(const struct uart *uart);

/* Returns whether both are the same port, at any rate. */
bool uart_same(const struct uart *a, const struct uart *b);

#endif
