/*
 * The firmware's own console: Microsoft's "Serial Port Console Redirection Table" of ACPI. Pure;
 * the bytes are not trusted.
 */
#ifndef KERNEL_SPCR_H
#define KERNEL_SPCR_H

#include "kernel/tables/uart.h"

/*
 * Reads table, header included, into *uart: access UART_NONE if the firmware has disabled its
 * console. Returns NULL, or why the table cannot be used.
 */
const char *spcr_read(struct bytes table, struct uart *uart);

#endif
