/*
 * kernel/console/serial.h: which ports are tried, in which order, and the whole of what the log
 * says of them.
 */
#include "tests/unit/serial_machine.h"

enum { COM1 = 0x3F8, COM2 = 0x2F8 };

/* Opens the ports. Returns what was done to them. */
static const char *opened(void)
{
	ticks = 1000;
	serial_report();
	return done();
}

static void the_first_port_needs_no_line(void **state)
{
	present[0] = COM1;
	choose("");
	assert_string_equal(opened(), "open0:1,3f8,115200 ");
	assert_string_equal(reported(), "");
	serial_report();
	assert_string_equal(done(), "");
}

static void a_card_stands_in_for_the_first_port(void **state)
{
	card_address = 0xC000;
	choose("");
	assert_string_equal(opened(), "open0:1,3f8,115200 open0:1,3f8,115200 open0:5,0,115200 ");
	assert_string_equal(reported(),
	                    "[    0.000000] boot: no UART at serial port 0x3f8 at 115200 baud\r\n"
	                    "[    0.000000] boot: logging to serial port 0xc000 at 115200 baud, "
	                    "on a PCI card\r\n");
}

static void without_any_port_one_line_says_so(void **state)
{
	choose("");
	assert_string_equal(opened(), "open0:1,3f8,115200 open0:1,3f8,115200 open0:5,0,115200 ");
	assert_string_equal(reported(),
	                    "[    0.000000] boot: no UART at serial port 0x3f8 at 115200 baud\r\n");
	assert_int_equal(serial_position(), UINT64_MAX);
	assert_false(serial_any_open());
	assert_true(serial_all_sent());
}

static void the_ports_that_are_named_are_the_only_ones(void **state)
{
	present[1] = COM2;
	choose("console=ttyS0,9600 console=ttyS1,19200 console=pciserial,1:02.3 "
	       "console=uart,mmio32,0xfe000000,115200");
	assert_string_equal(opened(), "open0:1,3f8,9600 open1:1,2f8,19200 open2:5,113,115200 "
	                              "open3:4,fe000000,115200 ");
	assert_string_equal(
		reported(),
		"[    0.000000] boot: warning: no UART at serial port 0x3f8 at 9600 baud\r\n"
		"[    0.000000] boot: warning: no UART at PCI device 01:02.3 at 115200 baud\r\n"
		"[    0.000000] boot: warning: no UART at serial port in memory at 0xfe000000 "
		"at 115200 baud\r\n");
}

static void of_four_absent_ports_none_is_open(void **state)
{
	uint8_t byte;

	choose("console=ttyS0 console=ttyS1 console=ttyS2 console=ttyS3");
	assert_string_equal(opened(), "open0:1,3f8,115200 open1:1,2f8,115200 open2:1,3e8,115200 "
	                              "open3:1,2e8,115200 ");
	assert_false(serial_any_open());
	assert_false(serial_hand_over());
	assert_false(serial_read(&byte));
	assert_true(serial_all_sent());
	assert_int_equal(serial_position(), UINT64_MAX);
	assert_string_equal(done(), "");
}

static void each_part_of_a_pci_address_is_named(void **state)
{
	choose("console=pciserial,fe:1f.7 console=pciserial,0:10.0 console=pciserial");
	opened();
	assert_string_equal(
		reported(),
		"[    0.000000] boot: warning: no UART at PCI device fe:1f.7 at 115200 baud\r\n"
		"[    0.000000] boot: warning: no UART at PCI device 00:10.0 at 115200 baud\r\n"
		"[    0.000000] boot: warning: no UART at any PCI serial card at 115200 baud\r\n");
}

static void a_named_card_that_is_there_needs_no_line(void **state)
{
	card_address = 0xC000;
	choose("console=pciserial,1:02.3");
	assert_string_equal(opened(), "open0:5,113,115200 ");
	assert_string_equal(reported(), "");
}

static void a_port_of_the_firmware_is_named(void **state)
{
	present[0] = 0x2E8;
	choose_firmware((struct uart){.access = UART_IO, .address = 0x2E8});
	assert_string_equal(opened(), "open0:1,2e8,0 ");
	assert_string_equal(reported(), "[    0.000000] boot: logging to serial port 0x2e8, which "
	                                "ACPI's SPCR names\r\n");
}

static void the_first_port_stands_in_for_that_of_the_firmware(void **state)
{
	present[0] = COM1;
	choose_firmware((struct uart){.access = UART_MMIO8, .address = 0xFE000000});
	assert_string_equal(opened(), "open0:2,fe000000,0 open0:1,3f8,115200 ");
	assert_string_equal(reported(),
	                    "[    0.000000] boot: warning: no UART at serial port in memory at "
	                    "0xfe000000, which ACPI's SPCR names\r\n"
	                    "[    0.000000] boot: logging to serial port 0x3f8 at 115200 baud\r\n");
}

static void without_any_port_the_firmwares_is_missing(void **state)
{
	choose_firmware((struct uart){.access = UART_IO, .address = 0x2E8, .baud = 9600});
	assert_string_equal(opened(), "open0:1,2e8,9600 open0:1,3f8,115200 open0:5,0,115200 ");
	assert_string_equal(reported(), "[    0.000000] boot: warning: no UART at serial port "
	                                "0x2e8 at 9600 baud, which ACPI's SPCR names\r\n");
}

static void the_command_line_overrides_the_firmware(void **state)
{
	static const struct uart named = {.access = UART_IO, .address = 0x2E8};
	struct options options;

	present[0] = COM1;
	options_parse(unit_string_bytes("console=ttyS0"), &options, NULL, NULL);
	serial_choose(&options, &named);
	assert_string_equal(opened(), "open0:1,3f8,115200 ");
	assert_string_equal(reported(), "");
}

static void a_rate_that_cannot_be_set_is_reported(void **state)
{
	present[0] = COM1;
	keeps_rate = true;
	choose("console=ttyS0");
	opened();
	assert_string_equal(reported(), "[    0.000000] boot: serial port 0x3f8 keeps its baud "
	                                "rate, because its clock is unknown\r\n");
}

static void a_rate_that_need_not_be_set_is_no_news(void **state)
{
	present[0] = 0xFE000000;
	choose("console=uart,mmio,0xfe000000");
	assert_string_equal(opened(), "open0:2,fe000000,0 ");
	assert_string_equal(reported(), "");
}

static void without_a_serial_console_none_is_tried(void **state)
{
	choose("console=tty0");
	assert_string_equal(opened(), "");
	assert_false(serial_hand_over());
	assert_true(serial_all_sent());
	assert_int_equal(serial_position(), UINT64_MAX);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_first_port_needs_no_line),
		cmocka_unit_test(a_card_stands_in_for_the_first_port),
		cmocka_unit_test(without_any_port_one_line_says_so),
		cmocka_unit_test(the_ports_that_are_named_are_the_only_ones),
		cmocka_unit_test(of_four_absent_ports_none_is_open),
		cmocka_unit_test(each_part_of_a_pci_address_is_named),
		cmocka_unit_test(a_named_card_that_is_there_needs_no_line),
		cmocka_unit_test(a_port_of_the_firmware_is_named),
		cmocka_unit_test(the_first_port_stands_in_for_that_of_the_firmware),
		cmocka_unit_test(without_any_port_the_firmwares_is_missing),
		cmocka_unit_test(the_command_line_overrides_the_firmware),
		cmocka_unit_test(a_rate_that_cannot_be_set_is_reported),
		cmocka_unit_test(a_rate_that_need_not_be_set_is_no_news),
		cmocka_unit_test(without_a_serial_console_none_is_tried),
	};

	return unit_run(rules, COUNT_OF(rules));
}
