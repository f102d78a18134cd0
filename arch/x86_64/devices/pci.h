/*
 * arch/x86_64/devices/ has the devices of a PC that people see: serial ports, keyboard, screen, and
 * the PCI bus, as far as it is needed to find a serial card. The interface of the others is
 * kernel/machine/arch.h.
 */
#ifndef ARCH_X86_64_PCI_H
#define ARCH_X86_64_PCI_H

#include "kernel/tables/uart.h"

#include <stdbool.h>

/* A search for serial cards. Initialize with zeros, except only. */
struct pci_search {
	uint32_t only;    /* the function to look at; 0: all */
	uint32_t next;    /* the function to look at next */
	uint32_t found;   /* the card that was found last */
	uint32_t command; /* its command register before access to it was enabled */
	bool ended;       /* nothing is left after this */
};

/*
 * Finds the next serial card with an address, and enables access to it. Stores where it is in
 * *uart, and sets uart->baud to 0 if its clock is unknown. Returns false after the last. The order
 * is that of bus, device and function, on all buses, since further root buses have no bridge that
 * leads to them; Intel's AMT last.
 */
bool pci_next_uart(struct pci_search *search, struct uart *uart);

/* Disables access to the card that was found last, if it was disabled before. */
void pci_release_uart(const struct pci_search *search);

#endif
