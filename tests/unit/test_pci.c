/*
 * arch/x86_64/devices/pci.h and pci_card.h: which serial cards are found, in which order, and what
 * is known of their UARTs. The test has the configuration space.
 */
#include "arch/x86_64/devices/pci.h"
#include "arch/x86_64/devices/pci_card.h"
#include "arch/x86_64/instructions.h"
#include "tests/unit/unit.h"

enum {
	SERIAL = 0x07000200,
	BRIDGE = 0x06040000,
	HOST = 0x06000000,
	MANY = 1 << 23,
	QEMU = 0x00021B36
};

static struct function {
	uint32_t number, id, class, header, bar, upper, buses, command;
} functions[8];

static unsigned function_count;
static uint32_t config_address;
static bool has_host_bridge = true;
static unsigned reads;

static struct function *add(uint32_t number, uint32_t id, uint32_t class, uint32_t bar)
{
	struct function *function = &functions[function_count++];

	*function = (struct function){.number = number, .id = id, .class = class, .bar = bar};
	return function;
}

static void add_bridge(uint32_t number, uint32_t secondary)
{
	struct function *function = add(number, 0x12348086, BRIDGE, 0);

	function->header = 1 << 16;
	function->buses = 0xFF << 16 | secondary << 8;
}

static uint32_t *config_register(void)
{
	for (unsigned i = 0; i < function_count; i++) {
		struct function *f = &functions[i];

		if (f->number != (config_address >> 8 & 0xFFFF))
			continue;
		switch (config_address & 0xFF) {
		case 0x00:
			return &f->id;
		case 0x04:
			return &f->command;
		case 0x08:
			return &f->class;
		case 0x0C:
			return &f->header;
		case 0x10:
			return &f->bar;
		case 0x14:
			return &f->upper;
		case 0x18:
			return &f->buses;
		default:
			return NULL;
		}
	}
	return NULL;
}

void out32(uint16_t port, uint32_t value)
{
	assert_true(port == 0xCF8 || port == 0xCFC);
	if (port == 0xCF8) {
		assert_int_equal(value & 0x7F000003, 0); /* no bus above 255 */
		config_address = value;
	} else {
		*config_register() = value;
	}
}

uint32_t in32(uint16_t port)
{
	const uint32_t *found = config_register();

	assert_true(port == 0xCF8 || port == 0xCFC);
	if (port == 0xCF8)
		return has_host_bridge ? config_address : 0xFFFFFFFF;
	reads++;
	return found != NULL ? *found : 0xFFFFFFFF;
}

/* Returns the addresses of the ports that are found, in order. */
static const char *find_from(uint32_t only)
{
	struct unit_capture *text = unit_capture();
	struct pci_search search = {.only = only};
	struct uart uart = {.access = UART_PCI, .baud = 115200};

	add(0, 0x29C08086, HOST, 0);
	while (pci_next_uart(&search, &uart))
		text_print(&text->text, "%#lx ", uart.address);
	return text->at;
}

static void cards_are_found_behind_bridges_and_on_further_root_buses(void **state)
{
	add(UART_PCI_FUNCTION(0, 3, 0), QEMU, SERIAL, 0xC001);
	add_bridge(UART_PCI_FUNCTION(0, 4, 0), 2);
	add(UART_PCI_FUNCTION(2, 1, 0), QEMU, SERIAL, 0xD001);
	add(UART_PCI_FUNCTION(0x80, 31, 0), QEMU, SERIAL, 0xE001);
	assert_string_equal(find_from(0), "0xc000 0xd000 0xe000 ");
}

static void bridges_in_a_loop_end_the_search_all_the_same(void **state)
{
	add_bridge(UART_PCI_FUNCTION(0, 4, 0), 1);
	add_bridge(UART_PCI_FUNCTION(1, 4, 0), 1);
	add(UART_PCI_FUNCTION(1, 5, 0), QEMU, SERIAL, 0xD001);
	assert_string_equal(find_from(0), "0xd000 ");
	assert_in_range(reads, 256 * 32, 256 * 32 + 100);
}

static void the_port_of_amt_comes_last_and_hides_no_card(void **state)
{
	add(UART_PCI_FUNCTION(0, 0x16, 0), 0xA13A8086, 0x07800000, 0xDEAD0000)->header = MANY;
	add(UART_PCI_FUNCTION(0, 0x16, 3), 0xA13D8086, SERIAL, 0xF0A1);
	add(UART_PCI_FUNCTION(3, 0, 0), QEMU, SERIAL, 0xC001);
	assert_string_equal(find_from(0), "0xc000 0xf0a0 ");
	assert_string_equal(find_from(UART_PCI_FUNCTION(0, 0x16, 3)), "0xf0a0 ");
}

static void one_function_is_found_by_its_number(void **state)
{
	add(UART_PCI_FUNCTION(0, 3, 0), QEMU, SERIAL, 0xC001)->header = MANY;
	add(UART_PCI_FUNCTION(0, 3, 1), QEMU, SERIAL, 0xD001);
	add(UART_PCI_FUNCTION(0, 4, 0), QEMU, 0x02000000, 0xE001);
	assert_string_equal(find_from(UART_PCI_FUNCTION(0, 3, 1)), "0xd000 ");
	assert_string_equal(find_from(UART_PCI_FUNCTION(0, 4, 0)), "");
	assert_string_equal(find_from(UART_PCI_FUNCTION(0, 5, 0)), "");
}

static void functions_of_a_device_count_only_if_it_has_several(void **state)
{
	add(UART_PCI_FUNCTION(0, 3, 0), QEMU, SERIAL, 0xC001);
	add(UART_PCI_FUNCTION(0, 3, 1), QEMU, SERIAL, 0xC001);
	add(UART_PCI_FUNCTION(0, 4, 0), QEMU, HOST, 0)->header = MANY;
	add(UART_PCI_FUNCTION(0, 4, 7), QEMU, SERIAL, 0xD001);
	assert_string_equal(find_from(0), "0xc000 0xd000 ");
	assert_string_equal(find_from(UART_PCI_FUNCTION(0, 3, 1)), "");
}

static void without_a_host_bridge_nothing_is_looked_at(void **state)
{
	has_host_bridge = false;
	add(UART_PCI_FUNCTION(0, 3, 0), QEMU, SERIAL, 0xC001);
	assert_string_equal(find_from(0), "");
	assert_int_equal(reads, 0);
}

static void access_is_enabled_for_as_long_as_the_port_is_used(void **state)
{
	struct function *card = add(UART_PCI_FUNCTION(0, 3, 0), QEMU, SERIAL, 0xC001);
	struct pci_search search = {0};
	struct uart uart = {.access = UART_PCI, .baud = 115200};

	card->command = 0x02100100;
	assert_true(pci_next_uart(&search, &uart));
	assert_int_equal(card->command, 0x0101);
	pci_release_uart(&search);
	assert_int_equal(card->command, 0x0100);
}

static void a_card_in_memory_has_access_to_memory_enabled(void **state)
{
	struct function *card = add(UART_PCI_FUNCTION(0, 3, 0), QEMU, SERIAL, 0xFEB00000);
	struct pci_search search = {0};
	struct uart uart = {.access = UART_PCI, .baud = 115200};

	assert_true(pci_next_uart(&search, &uart));
	assert_int_equal(card->command, 0x0002);
	assert_int_equal(uart.access, UART_MMIO8);
}

static void the_clock_and_the_place_of_a_uart_are_known_by_the_cards_id(void **state)
{
	static const struct {
		uint32_t id, bar[2];
		struct uart uart; /* access UART_NONE: none */
	} cards[] = {
		{QEMU, {0xC001, 0}, {UART_IO, 0xC000, 115200, 0}},
		{QEMU, {0xFEB00000, 0}, {UART_MMIO8, 0xFEB00000, 0, 0}},
		{QEMU, {0xFEB0000C, 2}, {UART_MMIO8, 0x2FEB00000, 0, 0}},
		{QEMU, {0, 0}, {UART_NONE, 0, 0, 0}},
		{QEMU, {0x10001, 0}, {UART_NONE, 0, 0, 0}},
		{0xC1581415, {0xFEB00000, 0}, {UART_MMIO8, 0xFEB01000, 115200, 3906250}},
		{0xC1011415, {0xC001, 0}, {UART_IO, 0xC000, 115200, 3906250}},
		{0x95011415, {0xC001, 0}, {UART_IO, 0xC000, 115200, 0}},
		{0x035213A8, {0xFEB00000, 0}, {UART_MMIO8, 0xFEB00000, 115200, 7812500}},
		{0x795212D8, {0xC001, 0}, {UART_IO, 0xC000, 115200, 921600}},
		{0x32531C00, {0xC001, 0}, {UART_IO, 0xC0C0, 115200, 115200}},
		{0x34701C00, {0xC001, 0}, {UART_IO, 0xC0C0, 115200, 115200}},
		{0x19991FD4, {0xC001, 0}, {UART_IO, 0xC000, 115200, 921600}},
		{0x035813A8, {0xFEB00000, 0}, {UART_MMIO8, 0xFEB00000, 115200, 7812500}},
		{0x035913A8, {0xC001, 0}, {UART_IO, 0xC000, 115200, 0}},
		{0xC4FF1415, {0xFEB00000, 0}, {UART_MMIO8, 0xFEB01000, 115200, 3906250}},
		{0x32531C00, {0xFF81, 0}, {UART_NONE, 0, 0, 0}},
	};

	for (size_t i = 0; i < COUNT_OF(cards); i++) {
		struct pci_function function = {.id = cards[i].id, .class = SERIAL};
		struct uart uart = {.access = UART_PCI, .baud = 115200};
		bool found;

		memcpy(function.bar, cards[i].bar, sizeof(function.bar));
		found = pci_card_read(&function, &uart);
		assert_int_equal(found, cards[i].uart.access != UART_NONE);
		if (found)
			assert_memory_equal(&uart, &cards[i].uart, sizeof(uart));
	}
}

static void the_upper_half_of_an_address_is_read_from_the_card(void **state)
{
	struct function *card = add(UART_PCI_FUNCTION(0, 3, 0), QEMU, SERIAL, 0xFEB0000C);

	card->upper = 2;
	assert_string_equal(find_from(0), "0x2feb00000 ");
}

static void only_a_vendor_of_ones_means_that_nobody_is_there(void **state)
{
	add(UART_PCI_FUNCTION(0, 3, 0), 0x00020000 | 0xFFFE, SERIAL, 0xC001);
	add(UART_PCI_FUNCTION(0, 4, 0), 0x00020000 | 0x7FFF, SERIAL, 0xD001);
	add(UART_PCI_FUNCTION(0, 5, 0), 0x00020000 | 0xFFFF, SERIAL, 0xE001);
	assert_string_equal(find_from(0), "0xc000 0xd000 ");
}

static void a_card_gets_its_command_back_as_it_was(void **state)
{
	struct pci_search search = {0};
	struct uart uart = {.access = UART_PCI, .baud = 115200};
	struct function *io = add(UART_PCI_FUNCTION(0, 3, 0), QEMU, SERIAL, 0xC001);
	struct function *memory = add(UART_PCI_FUNCTION(0, 4, 0), QEMU, SERIAL, 0xFEDC0000);

	add(0, 0x29C08086, HOST, 0);
	io->command = 0xFFFF0104; /* the upper half is the status */
	memory->command = 0x00010105;
	assert_true(pci_next_uart(&search, &uart));
	assert_int_equal(io->command, 0x0105);
	assert_true(in32(0xCFC) != 0xFFFFFFFF);
	out32(0xCF8, 0x80000000);
	pci_release_uart(&search);
	assert_int_equal(io->command, 0x0104);
	uart = (struct uart){.access = UART_PCI, .baud = 115200};
	assert_true(pci_next_uart(&search, &uart));
	assert_int_equal(memory->command, 0x0107);
	pci_release_uart(&search);
	assert_int_equal(memory->command, 0x0105);
}

static void a_bridge_is_no_card_and_a_lone_function_has_no_others(void **state)
{
	add(UART_PCI_FUNCTION(0, 3, 0), QEMU, SERIAL, 0xC001)->header = 1 << 16;
	add(UART_PCI_FUNCTION(0, 3, 1), QEMU, SERIAL, 0xD001);
	add(UART_PCI_FUNCTION(0, 4, 0), QEMU, SERIAL, 0xE001);
	assert_string_equal(find_from(0), "0xe000 ");
	assert_string_equal(find_from(UART_PCI_FUNCTION(0, 3, 1)), "");
	assert_string_equal(find_from(UART_PCI_FUNCTION(0, 4, 0)), "0xe000 ");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(cards_are_found_behind_bridges_and_on_further_root_buses),
		cmocka_unit_test(bridges_in_a_loop_end_the_search_all_the_same),
		cmocka_unit_test(the_port_of_amt_comes_last_and_hides_no_card),
		cmocka_unit_test(one_function_is_found_by_its_number),
		cmocka_unit_test(functions_of_a_device_count_only_if_it_has_several),
		cmocka_unit_test(without_a_host_bridge_nothing_is_looked_at),
		cmocka_unit_test(access_is_enabled_for_as_long_as_the_port_is_used),
		cmocka_unit_test(a_card_in_memory_has_access_to_memory_enabled),
		cmocka_unit_test(the_clock_and_the_place_of_a_uart_are_known_by_the_cards_id),
		cmocka_unit_test(the_upper_half_of_an_address_is_read_from_the_card),
		cmocka_unit_test(only_a_vendor_of_ones_means_that_nobody_is_there),
		cmocka_unit_test(a_card_gets_its_command_back_as_it_was),
		cmocka_unit_test(a_bridge_is_no_card_and_a_lone_function_has_no_others),
	};

	return unit_run(rules, COUNT_OF(rules));
}
