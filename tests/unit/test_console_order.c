/*
 * kernel/console/console.h: what is done in which order, and what is waited for. The test has the
 * ports, the screen, the log and the clock.
 */
#include "kernel/console/console.h"
#include "kernel/console/log.h"
#include "kernel/console/screen.h"
#include "kernel/console/serial.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/timeout.h"
#include "tests/unit/unit.h"

static struct unit_capture *events;
static const struct log_readers *readers;
static uint64_t now_us, ready_us, relax_us = 1000, serial_at, screen_at, byte_serial, byte_screen;
static bool serial_busy, screen_busy, wants_code, port_open, keyboard, port_byte, key;
static unsigned sent_after, shown_after;

static void note(const char *event)
{
	if (events != NULL)
		text_print(&events->text, "%s ", event);
}

void log_read_by(const struct log_readers *given)
{
	readers = given;
}

void serial_choose(const struct options *options, const struct uart *firmware)
{
}

void screen_choose(const struct boot_information *information, bool code)
{
	wants_code = code;
}

bool serial_hand_over(void)
{
	note("serial");
	serial_at += byte_serial;
	return serial_busy;
}

bool screen_take(void)
{
	note("take");
	screen_at += byte_screen;
	return screen_busy;
}

void screen_draw(void)
{
	note("draw");
}

bool serial_all_sent(void)
{
	sent_after -= sent_after > 0;
	return sent_after == 0;
}

bool screen_all_shown(void)
{
	shown_after -= shown_after > 0;
	return shown_after == 0;
}

uint64_t serial_position(void)
{
	return serial_at;
}

uint64_t screen_position(void)
{
	return screen_at;
}

bool serial_read(uint8_t *byte)
{
	*byte = 's';
	return port_byte;
}

bool serial_any_open(void)
{
	return port_open;
}

void serial_report(void)
{
	note("serial-report");
}

void screen_report(void)
{
	note("screen-report");
}

bool arch_keyboard_read(uint8_t *character)
{
	*character = 'k';
	return key;
}

bool arch_keyboard_present(void)
{
	return keyboard;
}

uint64_t arch_ticks(void)
{
	return now_us;
}

uint64_t arch_entry_ticks(void)
{
	return 0;
}

void arch_clock_poll(void)
{
	note("clock");
}

bool arch_clock_ready(void)
{
	return now_us >= ready_us;
}

void arch_relax(void)
{
	now_us += relax_us;
}

bool timeout_passed(uint64_t since, uint64_t us)
{
	return now_us - since >= us;
}

/* Returns what console_poll() does. */
static const char *polled(void)
{
	events = unit_capture();
	console_poll();
	return events->size > 0 ? events->at : "";
}

static void a_poll_before_the_clock_is_ready_hands_nothing_over(void **state)
{
	now_us = 5;
	ready_us = 6;
	assert_string_equal(polled(), "");
	console_measure_clock();
	assert_string_equal(polled(), "clock ");
	now_us = 6;
	assert_string_equal(polled(), "clock serial ");
}

static void the_screen_is_drawn_after_100_ms_when_the_ports_take_no_more(void **state)
{
	now_us = 99999;
	assert_string_equal(polled(), "serial ");
	now_us = 100000;
	assert_string_equal(polled(), "serial take draw ");
	screen_busy = true;
	assert_string_equal(polled(), "serial take ");
	serial_busy = true;
	assert_string_equal(polled(), "serial ");
	screen_busy = false;
	assert_string_equal(polled(), "serial ");
}

static void a_flush_goes_on_until_all_is_sent_and_shown(void **state)
{
	for (unsigned sent = 0; sent < 4; sent++) {
		for (unsigned shown = 0; shown < 4; shown++) {
			unsigned rounds = 1;

			sent_after = sent;
			shown_after = shown;
			if (sent > 1)
				rounds += sent - 1;
			if (shown > 1)
				rounds += shown - 1;
			events = unit_capture();
			console_flush();
			assert_int_equal(unit_occurrences(events->at, "clock serial take draw "),
			                 rounds);
			assert_int_equal(unit_occurrences(events->at, " "), 4 * rounds);
		}
	}
}

static void the_clock_is_waited_for_at_most_a_second(void **state)
{
	ready_us = 300000;
	console_flush();
	assert_int_equal(now_us, 300000);
	ready_us = UINT64_MAX;
	console_flush();
	assert_int_equal(now_us, 1300000);
	relax_us = 333333;
	console_flush();
	assert_int_equal(now_us, 1300000 + 4 * 333333);
}

/* The slowest reader decides. It is waited for until it has read 256 bytes. */
static void room_is_made_by_the_slowest(void **state)
{
	static const struct options options = {.exit = EXIT_HALT};

	console_choose(&options, NULL, NULL);
	assert_non_null(readers);
	assert_ptr_equal(readers->poll, console_poll);
	for (int slow = 0; slow <= 1; slow++) {
		serial_at = slow ? 5000 : 9000;
		screen_at = slow ? 9000 : 5000;
		byte_serial = slow ? 1 : 3;
		byte_screen = slow ? 3 : 1;
		assert_int_equal(readers->position(), 5000);
		readers->make_room();
		assert_int_equal(readers->position(), 5256);
	}
}

static void a_code_is_for_machines_that_halt_unless_it_is_not_wanted(void **state)
{
	for (unsigned halt = 0; halt <= 1; halt++) {
		for (unsigned no_qr = 0; no_qr <= 1; no_qr++) {
			struct options options = {.exit = halt ? EXIT_HALT : EXIT_REBOOT,
			                          .no_qr = no_qr};

			console_choose(&options, NULL, NULL);
			assert_int_equal(wants_code, halt && !no_qr);
		}
	}
}

static void input_is_from_a_port_or_from_the_keyboard(void **state)
{
	for (unsigned which = 0; which < 4; which++) {
		uint8_t byte = 0;

		port_open = port_byte = which & 1;
		keyboard = key = which & 2;
		assert_int_equal(console_has_input(), which != 0);
		assert_int_equal(console_read(&byte), which != 0);
		assert_true(which == 0 || byte == (which & 1 ? 's' : 'k'));
	}
}

static void both_are_reported(void **state)
{
	events = unit_capture();
	console_report();
	assert_string_equal(events->at, "serial-report screen-report ");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_poll_before_the_clock_is_ready_hands_nothing_over),
		cmocka_unit_test(the_screen_is_drawn_after_100_ms_when_the_ports_take_no_more),
		cmocka_unit_test(a_flush_goes_on_until_all_is_sent_and_shown),
		cmocka_unit_test(the_clock_is_waited_for_at_most_a_second),
		cmocka_unit_test(room_is_made_by_the_slowest),
		cmocka_unit_test(a_code_is_for_machines_that_halt_unless_it_is_not_wanted),
		cmocka_unit_test(input_is_from_a_port_or_from_the_keyboard),
		cmocka_unit_test(both_are_reported),
	};

	return unit_run(rules, COUNT_OF(rules));
}
