/* Serial ports, as a command line names them: in Linux's spelling. Pure; the bytes are not trusted.
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
		UART_MMIO32, /* a register every 4 bytes */
		UART_PCI,    /* at the address that a PCI serial card has */
	} access;
	uint64_t address; /* of the first register: an I/O port or a physical address */
	uint32_t baud;    /* 0: keep the rate that is set */
};

/*
 * Reads "ttyS0" to "ttyS3", "uart,io|mmio|mmio32,ADDRESS" or "pciserial", each of them with ",BAUD"
 * if that is not 115200. Returns NULL, or what is wrong with it.
 */
const char *uart_read(struct bytes text, struct uart *uart);

/* Returns whether both are the same port, at any rate. */
bool uart_same(const struct uart *a, const struct uart *b);

#endif
