/*
 * arch/x86_64/devices/ has the devices of a PC that people see: serial ports, keyboard, screen, and
 * the PCI bus, as far as it is needed to find a serial card. The interface of the others is
 * kernel/machine/arch.h.
 */
#ifndef ARCH_X86_64_PCI_H
#define ARCH_X86_64_PCI_H

#include "kernel/tables/uart.h"

#include <stdbool.h>

/*
 * Finds the first serial card (class 07H, subclass 00H) whose BAR0 has an address, and enables
 * access to it. Stores its access and address in *uart. Returns false if there is none.
 */
bool pci_find_uart(struct uart *uart);

#endif
