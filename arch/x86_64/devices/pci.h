/* The first PCI bus and what is behind its bridges, by the configuration ports. */
#ifndef ARCH_X86_64_PCI_H
#define ARCH_X86_64_PCI_H

#include "kernel/tables/uart.h"

#include <stdbool.h>

/*
 * Finds the first serial card (class 07H, subclass 00H) whose registers the firmware has placed
 * somewhere, and switches access to them on. Fills in the UART's access and address.
 */
bool pci_find_uart(struct uart *uart);

#endif
