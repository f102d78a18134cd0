/*
 * PCI serial cards: what the configuration space of a function says of the UART behind it. Pure; a
 * card may say anything.
 */
#ifndef ARCH_X86_64_PCI_CARD_H
#define ARCH_X86_64_PCI_CARD_H

#include "kernel/tables/uart.h"

/* The registers of a function's configuration space that matter. */
struct pci_function {
	uint32_t number; /* a UART_PCI_FUNCTION */
	uint32_t id;     /* vendor, and device in the upper half */
	uint32_t class;  /* subclass and class in the upper half */
	uint32_t header; /* its type in bits 22:16 */
	uint32_t bar[2];
};

/*
 * Reads where the first UART of a serial card is and which clock it has into *uart. Sets uart->baud
 * to 0 if the clock is unknown. Returns false if the function is no serial card with an address.
 */
bool pci_card_read(const struct pci_function *function, struct uart *uart);

/*
 * The serial port of Intel's Active Management Technology, which leads to a network and no cable.
 */
enum { PCI_CARD_AMT = UART_PCI_FUNCTION(0, 0x16, 3) };

bool pci_card_is_amt(const struct pci_function *function);

#endif
