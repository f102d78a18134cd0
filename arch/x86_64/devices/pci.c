/* Finds a PCI serial card through the configuration ports CF8H and CFCH. */
#include "arch/x86_64/devices/pci.h"

#include "arch/x86_64/instructions.h"

enum {
	CONFIG_ADDRESS = 0xCF8,
	CONFIG_DATA = 0xCFC,
	ID = 0x00,
	COMMAND = 0x04,
	COMMAND_IO = 1 << 0,
	COMMAND_MEMORY = 1 << 1,
	COMMAND_BITS = 0xFFFF, /* upper half: status, where writing 0 changes nothing */
	CLASS = 0x08,
	CLASS_SERIAL = 0x0700,
	CLASS_BRIDGE = 0x0604,
	HEADER_TYPE = 0x0C,
	HEADER_MANY_FUNCTIONS = 1 << 23,
	HEADER_BRIDGE = 1, /* header type of a PCI-to-PCI bridge */
	BUSES = 0x18,      /* of a bridge: primary, secondary, subordinate */
	BAR0 = 0x10,
	BAR1 = 0x14,
	BAR_IO = 1 << 0,
	BAR_64BIT = 2 << 1,
	BAR_KIND = 3 << 1,
	NOBODY = 0xFFFF, /* vendor ID that reads where there is no device */
	DEVICES = 32,
	FUNCTIONS = 8,
	BUS_MAX = 255,
};

#define CONFIG_ENABLE 0x80000000u

/* Bus, device and function, at their bits in the configuration address. */
typedef uint32_t pci_place;

static pci_place place(uint32_t bus, uint32_t device, uint32_t function)
{
	return bus << 16 | device << 11 | function << 8;
}

static uint32_t pci_read(pci_place at, uint32_t offset)
{
	out32(CONFIG_ADDRESS, CONFIG_ENABLE | at | offset);
	return in32(CONFIG_DATA);
}

static void pci_write(pci_place at, uint32_t offset, uint32_t value)
{
	out32(CONFIG_ADDRESS, CONFIG_ENABLE | at | offset);
	out32(CONFIG_DATA, value);
}

/* Stores the address in BAR0 in *uart. Returns false if the firmware assigned none. */
static bool read_bar(pci_place at, struct uart *uart)
{
	uint32_t bar = pci_read(at, BAR0);

	if (bar & BAR_IO) {
		uart->access = UART_IO;
		uart->address = bar & ~3u;
		return uart->address != 0 && uart->address <= UART_PORT_LAST;
	}
	uart->access = UART_MMIO8;
	uart->address = bar & ~0xFu;
	if ((bar & BAR_KIND) == BAR_64BIT)
		uart->address |= (uint64_t)pci_read(at, BAR1) << 32;
	return uart->address != 0;
}

/*
 * Enables decoding of the kind of address that BAR0 has. Firmware does so only for devices that it
 * uses itself.
 */
static bool use(pci_place at, struct uart *uart)
{
	uint32_t decode;

	if (!read_bar(at, uart))
		return false;
	decode = uart->access == UART_IO ? COMMAND_IO : COMMAND_MEMORY;
	pci_write(at, COMMAND, (pci_read(at, COMMAND) & COMMAND_BITS) | decode);
	return true;
}

/*
 * Checks one function. Returns true if it is a usable serial card. If it is a bridge, raises *last
 * to the number of the bus behind it. Only higher numbers count, so the scan ends even if the
 * numbers form a loop.
 */
static bool pci_look(pci_place at, uint32_t bus, uint32_t *last, struct uart *uart)
{
	uint32_t kind, header, secondary;

	if ((pci_read(at, ID) & NOBODY) == NOBODY)
		return false;
	kind = pci_read(at, CLASS) >> 16;
	header = pci_read(at, HEADER_TYPE) >> 16 & 0x7F;
	if (kind == CLASS_SERIAL && header == 0)
		return use(at, uart);
	if (kind == CLASS_BRIDGE && header == HEADER_BRIDGE) {
		secondary = pci_read(at, BUSES) >> 8 & BUS_MAX;
		if (secondary > bus && secondary > *last)
			*last = secondary;
	}
	return false;
}

/* Functions 1 to 7 are read only if function 0 says that there are several: others may alias it. */
static bool find_on_device(uint32_t bus, uint32_t device, uint32_t *last, struct uart *uart)
{
	uint32_t functions = pci_read(place(bus, device, 0), HEADER_TYPE) & HEADER_MANY_FUNCTIONS
	                             ? FUNCTIONS
	                             : 1;

	if ((pci_read(place(bus, device, 0), ID) & NOBODY) == NOBODY)
		return false;
	for (uint32_t function = 0; function < functions; function++) {
		if (pci_look(place(bus, device, function), bus, last, uart))
			return true;
	}
	return false;
}

/* The address port reads back what was written only if there is a PCI host bridge. */
bool pci_find_uart(struct uart *uart)
{
	uint32_t last = 0;

	out32(CONFIG_ADDRESS, CONFIG_ENABLE);
	if (in32(CONFIG_ADDRESS) != CONFIG_ENABLE)
		return false;
	for (uint32_t bus = 0; bus <= last; bus++) {
		for (uint32_t device = 0; device < DEVICES; device++) {
			if (find_on_device(bus, device, &last, uart))
				return true;
		}
	}
	return false;
}
