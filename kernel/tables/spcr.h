/*
 * The firmware's own console: Microsoft's "Serial Port Console Redirection Table" of ACPI. Pure;
 * the bytes are not trusted.
 */
#ifndef KERNEL_SPCR_H
#define KERNEL_SPCR_H

#include "kernel/tables/uart.h"

/*
 * Reads table, header included. NULL, and *uart is what it names, access UART_NONE if the firmware
 * has switched its console off; else why it is of no use.
 */
const char *spcr_read(struct bytes table, struct uart *uart);

#endif
