/*
 * kernel/console/serial.h: which ports are opened, and what is reported if one is not.
 */
#include "kernel/console/console.h"
#include "kernel/console/log.h"
#include "kernel/console/serial.h"
#include "tests/unit/fake/consoles.h"
#include "tests/unit/unit.h"

static void a_panic_while_the_ports_are_being_opened_opens_them_anew(void **state)
{
	jmp_buf panic;

	works(0);
	works(1);
	choose("console=ttyS0 console=ttyS1", true);
	stopped_in_open = &panic;
	if (setjmp(panic) == 0) {
		log_line("boot", "hello");
		fail();
	}
	log_line("cpu 1", "error");
	console_flush();
	assert_got(0, "cpu 1: error\r\n");
	assert_got(1, "cpu 1: error\r\n");
	assert_true(is_on_screen("cpu 1: error"));
}

static void a_port_that_is_absent_takes_no_time(void **state)
{
	choose("", true);
	log_line("boot", "hello");
	console_flush();
	assert_true(now_us < 20000);
	assert_true(is_on_screen("boot: hello"));
	console_report();
	console_flush();
	assert_true(is_on_screen("boot: no UART at serial port 0x3f8"));
}

static void a_named_port_that_is_absent_is_warned_of(void **state)
{
	pci_card = true;
	works(1);
	choose("console=ttyS2 console=ttyS1", false);
	log_line("boot", "hello");
	console_report();
	console_flush();
	assert_got(1, "boot: hello\r\n");
	assert_got(1, "boot: warning: no UART at serial port 0x3e8 at 115200 baud\r\n");
	assert_int_equal(ports[0].opened.access, UART_IO);
}

static void a_pci_card_that_is_wanted_and_absent_is_warned_of(void **state)
{
	works(0);
	choose("console=ttyS0 console=pciserial", false);
	console_report();
	console_flush();
	assert_got(0, "boot: warning: no UART at any PCI serial card");
}

static void a_pci_card_stands_in_for_the_first_port(void **state)
{
	pci_card = true;
	ports[0].byte_us = BYTE_US;
	choose("", false);
	log_line("boot", "hello");
	console_report();
	console_flush();
	assert_got(0, "boot: hello\r\n");
	assert_got(0, "boot: logging to serial port 0xc000 at 115200 baud, on a PCI card\r\n");
}

static void a_port_that_only_the_firmware_names_is_used_or_else_the_first(void **state)
{
	static const struct uart named = {UART_IO, 0x2E8, 0, 0};

	works(0);
	ports[0].only_at = 0x3F8;
	choose_with(&named, "", false);
	log_line("boot", "hello");
	console_report();
	console_flush();
	assert_got(0, "boot: hello\r\n");
	assert_got(0, "boot: warning: no UART at serial port 0x2e8, which ACPI's SPCR names\r\n");
	assert_got(0, "boot: logging to serial port 0x3f8 at 115200 baud\r\n");
}

static void a_port_that_makes_each_panic_is_left_alone(void **state)
{
	jmp_buf panic;
	volatile unsigned panics = 0;

	works(0);
	choose("", true);
	if (setjmp(panic) != 0)
		panics++;
	stopped_in_open = panics < 2 ? &panic : NULL;
	log_line("rootmode", "error");
	console_flush();
	assert_int_equal(panics, 2);
	assert_int_equal(ports[0].count, 0);
	assert_true(is_on_screen("rootmode: error"));
	assert_int_equal(serial_position(), UINT64_MAX);
}

static void a_port_that_makes_each_panic_takes_no_other_with_it(void **state)
{
	jmp_buf panic;
	volatile unsigned panics = 0;

	works(0);
	works(1);
	choose("console=ttyS0 console=ttyS1", true);
	stopped_at_port = 1;
	if (setjmp(panic) != 0)
		panics++;
	stopped_in_open = panics < 2 ? &panic : NULL;
	log_line("rootmode", "error");
	console_flush();
	assert_int_equal(panics, 2);
	assert_int_equal(ports[1].count, 0);
	assert_got(0, "rootmode: error\r\n");
}

static void as_many_ports_as_can_be_named_get_the_log(void **state)
{
	uint8_t byte;

	assert_int_equal(PORTS, 4);
	for (unsigned port = 0; port < PORTS; port++)
		works(port);
	choose("console=ttyS0 console=ttyS1 console=ttyS2 console=ttyS3", false);
	log_line("boot", "hello");
	console_flush();
	for (unsigned port = 0; port < PORTS; port++)
		assert_got(port, "boot: hello\r\n");
	assert_false(console_read(&byte));
	assert_true(console_has_input());
	console_report();
}

static void any_port_can_be_typed_on(void **state)
{
	has_keyboard = false;
	works(1);
	choose("console=ttyS0 console=ttyS1", false);
	console_flush();
	assert_true(console_has_input());
}

static void without_a_port_and_a_keyboard_nothing_can_be_typed(void **state)
{
	has_keyboard = false;
	choose("console=ttyS0 console=ttyS1", false);
	console_flush();
	assert_false(console_has_input());
}

int main(void)
{
	const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_port_that_is_absent_takes_no_time),
		cmocka_unit_test(a_named_port_that_is_absent_is_warned_of),
		cmocka_unit_test(a_pci_card_that_is_wanted_and_absent_is_warned_of),
		cmocka_unit_test(a_pci_card_stands_in_for_the_first_port),
		cmocka_unit_test(a_port_that_only_the_firmware_names_is_used_or_else_the_first),
		cmocka_unit_test(a_panic_while_the_ports_are_being_opened_opens_them_anew),
		cmocka_unit_test(a_port_that_makes_each_panic_is_left_alone),
		cmocka_unit_test(a_port_that_makes_each_panic_takes_no_other_with_it),
		cmocka_unit_test(as_many_ports_as_can_be_named_get_the_log),
		cmocka_unit_test(any_port_can_be_typed_on),
		cmocka_unit_test(without_a_port_and_a_keyboard_nothing_can_be_typed),
	};

	return unit_run(rules, COUNT_OF(rules));
}
