/* arch/x86_64/devices/pci_card.h: what a function's registers say of its UART. */
#include "arch/x86_64/devices/pci_card.h"
#include "tests/unit/unit.h"

enum { SERIAL = 0x07000200, BASE_BAUD = 115200 };

static struct pci_function card(uint32_t id, uint32_t bar, uint32_t upper)
{
	return (struct pci_function){.id = id, .class = SERIAL, .bar = {bar, upper}};
}

static struct uart read_uart(struct pci_function function)
{
	struct uart uart = {.access = UART_PCI, .baud = BASE_BAUD};

	assert_true(pci_card_read(&function, &uart));
	return uart;
}

static void two_classes_are_serial(void **state)
{
	for (uint32_t class = 0; class <= UINT16_MAX; class ++) {
		struct pci_function function = card(0x12345678, 0x1001, 0);
		struct uart uart = {.access = UART_PCI};

		function.class = class << 16 | 0x0200;
		assert_int_equal(pci_card_read(&function, &uart),
		                 class == 0x0700 || class == 0x0702);
	}
}

/* PCI 3.0 6.2.1 "Device Identification": bits 6:0 are the layout, bit 7 tells of more functions. */
static void only_header_type_0_has_the_bar(void **state)
{
	for (uint32_t type = 0; type < 256; type++) {
		struct pci_function function = card(0x12345678, 0x1001, 0);
		struct uart uart = {.access = UART_PCI};

		function.header = type << 16 | 0xFF00FFFF;
		assert_int_equal(pci_card_read(&function, &uart), (type & 0x7F) == 0);
	}
}

static void a_bar_is_at_ports_or_in_memory_of_32_or_64_bits(void **state)
{
	static const struct {
		uint32_t bar, upper;
		int access;
		uint64_t address;
	} bars[] = {
		{0x1001, 9, UART_IO, 0x1000},
		{0x1007, 9, UART_IO, 0x1004},
		{0xFFF9, 9, UART_IO, 0xFFF8},
		{0xFEDC0010, 9, UART_MMIO8, 0xFEDC0010},
		{0xFEDC0018, 9, UART_MMIO8, 0xFEDC0010}, /* prefetchable */
		{0xFEDC0002, 9, UART_MMIO8, 0xFEDC0000},
		{0xFEDC0006, 9, UART_MMIO8, 0xFEDC0000}, /* reserved */
		{0xFEDC0004, 9, UART_MMIO8, 0x9FEDC0000},
		{0x00000004, 9, UART_MMIO8, 0x900000000},
	};

	for (size_t i = 0; i < COUNT_OF(bars); i++) {
		struct uart uart = read_uart(card(0x12345678, bars[i].bar, bars[i].upper));

		assert_int_equal(uart.access, bars[i].access);
		assert_int_equal(uart.address, bars[i].address);
		assert_int_equal(uart.base_baud, 0);
		assert_int_equal(uart.baud, bars[i].access == UART_IO ? BASE_BAUD : 0);
	}
}

static void a_bar_that_is_not_assigned_is_none(void **state)
{
	static const uint32_t bars[] = {0, 1, 3, 4, 8, 0xFFFD, 0x10001};

	for (size_t i = 0; i < COUNT_OF(bars); i++) {
		struct pci_function function = card(0x12345678, bars[i], 0);
		struct uart uart = {.access = UART_PCI};

		assert_false(pci_card_read(&function, &uart));
	}
}

/* As the makers number them: the clock, and where the registers begin. */
static void known_cards_have_their_clock_and_offset(void **state)
{
	static const struct {
		uint32_t vendor, first, last, base_baud;
		uint64_t io, memory;
	} cards[] = {
		{0x1415, 0xC100, 0xC4FF, 3906250, 0x1000, 0xFEDC1000},
		{0x13A8, 0x0352, 0x0358, 7812500, 0x1000, 0xFEDC0000},
		{0x12D8, 0x7951, 0x7958, 921600, 0x1000, 0xFEDC0000},
		{0x1FD4, 0x1999, 0x1999, 921600, 0x1000, 0xFEDC0000},
		{0x1C00, 0x3253, 0x3253, 115200, 0x10C0, 0xFEDC0000},
		{0x1C00, 0x3470, 0x3470, 115200, 0x10C0, 0xFEDC0000},
	};

	for (size_t i = 0; i < COUNT_OF(cards); i++) {
		for (uint32_t id = cards[i].first - 1; id <= cards[i].last + 1; id++) {
			uint32_t vendor = cards[i].vendor;
			bool known = id >= cards[i].first && id <= cards[i].last;
			struct uart io = read_uart(card(id << 16 | vendor, 0x1001, 0));
			struct uart memory = read_uart(card(id << 16 | vendor, 0xFEDC0000, 0));

			assert_int_equal(io.base_baud, known ? cards[i].base_baud : 0);
			assert_int_equal(io.address, known ? cards[i].io : 0x1000);
			assert_int_equal(memory.base_baud, known ? cards[i].base_baud : 0);
			assert_int_equal(memory.address, known ? cards[i].memory : 0xFEDC0000);
			assert_int_equal(memory.baud, known ? BASE_BAUD : 0);
		}
	}
}

static void amt_is_intels_at_its_place(void **state)
{
	static const struct {
		uint32_t id, number;
		bool is_amt;
	} cases[] = {
		{0x12348086, PCI_CARD_AMT, true},  {0x12348087, PCI_CARD_AMT, false},
		{0x12340086, PCI_CARD_AMT, false}, {0x12348086, PCI_CARD_AMT + 1, false},
		{0x80861234, PCI_CARD_AMT, false},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct pci_function function = {.id = cases[i].id, .number = cases[i].number};

		assert_int_equal(pci_card_is_amt(&function), cases[i].is_amt);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(two_classes_are_serial),
		cmocka_unit_test(only_header_type_0_has_the_bar),
		cmocka_unit_test(a_bar_is_at_ports_or_in_memory_of_32_or_64_bits),
		cmocka_unit_test(a_bar_that_is_not_assigned_is_none),
		cmocka_unit_test(known_cards_have_their_clock_and_offset),
		cmocka_unit_test(amt_is_intels_at_its_place),
	};

	return unit_run(rules, COUNT_OF(rules));
}
