/* Finds PCI serial cards through the configuration ports CF8H and CFCH. */
#include "arch/x86_64/devices/pci.h"

#include "arch/x86_64/devices/pci_card.h"
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
	HEADER_TYPE = 0x0C,
	HEADER_MANY_FUNCTIONS = 1 << 23,
	BAR0 = 0x10,
	BAR1 = 0x14,
	NOBODY = 0xFFFF, /* vendor ID that reads where there is no device */
	FUNCTIONS = 8,   /* of a device */
	BUS_MAX = 255,
	FUNCTIONS_END = UART_PCI_FUNCTION(BUS_MAX + 1, 0, 0),
};

#define CONFIG_ENABLE 0x80000000u

static uint32_t pci_read(uint32_t function, uint32_t offset)
{
	out32(CONFIG_ADDRESS, CONFIG_ENABLE | function << 8 | offset);
	return in32(CONFIG_DATA);
}

static void pci_write(uint32_t function, uint32_t offset, uint32_t value)
{
	out32(CONFIG_ADDRESS, CONFIG_ENABLE | function << 8 | offset);
	out32(CONFIG_DATA, value);
}

/* The address port reads back what was written only if there is a PCI host bridge. */
static bool has_host_bridge(void)
{
	out32(CONFIG_ADDRESS, CONFIG_ENABLE);
	return in32(CONFIG_ADDRESS) == CONFIG_ENABLE;
}

static bool is_there(uint32_t number)
{
	return (pci_read(number, ID) & NOBODY) != NOBODY;
}

/*
 * Enables decoding of the kind of address that the UART has. Firmware does so only for devices that
 * it uses itself.
 */
static void enable_access(struct pci_search *search, uint32_t number, const struct uart *uart)
{
	search->found = number;
	search->command = pci_read(number, COMMAND) & COMMAND_BITS;
	pci_write(number, COMMAND,
	          search->command | (uart->access == UART_IO ? COMMAND_IO : COMMAND_MEMORY));
}

/* Returns true if the function is a serial card, and not one that is looked at last. */
static bool pci_look(struct pci_search *search, uint32_t number, struct uart *uart)
{
	struct pci_function function = {.number = number, .id = pci_read(number, ID)};
	struct uart read = *uart;

	function.class = pci_read(number, CLASS);
	function.header = pci_read(number, HEADER_TYPE);
	function.bar[0] = pci_read(number, BAR0);
	function.bar[1] = pci_read(number, BAR1);
	if (pci_card_is_amt(&function) && !search->ended)
		return false;
	if (!pci_card_read(&function, &read))
		return false;
	*uart = read;
	enable_access(search, number, uart);
	return true;
}

/* Functions 1 to 7 exist only if function 0 says that there are several: others may alias it. */
static bool has_many_functions(uint32_t number)
{
	return pci_read(number - number % FUNCTIONS, HEADER_TYPE) & HEADER_MANY_FUNCTIONS;
}

static uint32_t number_after(uint32_t number, bool there)
{
	bool is_first = number % FUNCTIONS == 0;

	return is_first && (!there || !has_many_functions(number)) ? number + FUNCTIONS
	                                                           : number + 1;
}

static bool look_at_all(struct pci_search *search, struct uart *uart)
{
	while (search->next < FUNCTIONS_END) {
		uint32_t number = search->next;
		bool there = is_there(number);

		search->next = number_after(number, there);
		if (there && pci_look(search, number, uart))
			return true;
	}
	return false;
}

static bool look_at_one(struct pci_search *search, uint32_t number, struct uart *uart)
{
	return (number % FUNCTIONS == 0 || has_many_functions(number)) && is_there(number) &&
	       pci_look(search, number, uart);
}

bool pci_next_uart(struct pci_search *search, struct uart *uart)
{
	if (search->ended || !has_host_bridge())
		return false;
	if (search->only == 0 && look_at_all(search, uart))
		return true;
	search->ended = true;
	return look_at_one(search, search->only != 0 ? search->only : PCI_CARD_AMT, uart);
}

void pci_release_uart(const struct pci_search *search)
{
	pci_write(search->found, COMMAND, search->command);
}
