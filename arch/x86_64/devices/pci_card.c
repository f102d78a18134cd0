#include "arch/x86_64/devices/pci_card.h"

#include "kernel/lib/count.h"

enum {
	CLASS_SERIAL = 0x0700,
	CLASS_SERIAL_MANY = 0x0702, /* multiport serial controller */
	HEADER_TYPE_MASK = 0x7F,
	BAR_IO = 1 << 0,
	BAR_64BIT = 2 << 1,
	BAR_KIND = 3 << 1,
	INTEL = 0x8086,
};

/*
 * Chips whose clock is not a PC's, or whose UARTs are not at the start of their address range. The
 * native mode of Oxford's has registers in memory, the legacy mode has them at I/O ports.
 */
static const struct card {
	uint16_t vendor, first_device, last_device;
	uint32_t base_baud;
	uint16_t io_offset, memory_offset;
} cards[] = {
	{0x1415, 0xC100, 0xC4FF, 3906250, 0, 0x1000}, /* Oxford OXPCIe95x: 62.5 MHz */
	{0x13A8, 0x0352, 0x0358, 7812500, 0, 0},      /* Exar XR17V35x: 125 MHz */
	{0x12D8, 0x7951, 0x7958, 921600, 0, 0},       /* Pericom PI7C9X795x: 14.7456 MHz */
	{0x1FD4, 0x1999, 0x1999, 921600, 0, 0},       /* SUNIX */
	{0x1C00, 0x3253, 0x3253, 115200, 0xC0, 0},    /* WCH CH382 */
	{0x1C00, 0x3470, 0x3470, 115200, 0xC0, 0},    /* WCH CH384 */
};

/* Returns NULL for an unknown one. */
static const struct card *find_card(uint32_t id)
{
	uint32_t vendor = id & 0xFFFF, device = id >> 16;

	for (size_t i = 0; i < COUNT_OF(cards); i++) {
		if (vendor == cards[i].vendor && device >= cards[i].first_device &&
		    device <= cards[i].last_device)
			return &cards[i];
	}
	return NULL;
}

/* Stores the address in BAR0. Returns false if the firmware has assigned none. */
static bool read_bar(const struct pci_function *function, struct uart *uart)
{
	uint32_t bar = function->bar[0];

	if (bar & BAR_IO) {
		uart->access = UART_IO;
		uart->address = bar & ~3u;
	} else {
		uart->access = UART_MMIO8;
		uart->address = bar & ~0xFu;
		if ((bar & BAR_KIND) == BAR_64BIT)
			uart->address |= (uint64_t)function->bar[1] << 32;
	}
	return uart->address != 0;
}

/*
 * An unknown card at I/O ports is taken for one with a PC's clock, because nearly all of them are.
 */
bool pci_card_read(const struct pci_function *function, struct uart *uart)
{
	uint32_t class = function->class >> 16;
	const struct card *card = find_card(function->id);

	if ((class != CLASS_SERIAL && class != CLASS_SERIAL_MANY) ||
	    (function->header >> 16 & HEADER_TYPE_MASK) != 0 || !read_bar(function, uart))
		return false;
	uart->base_baud = card != NULL ? card->base_baud : 0;
	if (card != NULL)
		uart->address += uart->access == UART_IO ? card->io_offset : card->memory_offset;
	else if (uart->access != UART_IO)
		uart->baud = 0;
	return uart->access != UART_IO || uart->address <= UART_PORT_LAST;
}

bool pci_card_is_amt(const struct pci_function *function)
{
	return (function->id & 0xFFFF) == INTEL && function->number == PCI_CARD_AMT;
}
