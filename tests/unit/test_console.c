/*
 * kernel/console/console.h: every port gets the whole log, and none that is absent, dead or slow
 * blocks.
 */
#include "kernel/console/console.h"
#include "kernel/console/log.h"
#include "tests/unit/fake/consoles.h"
#include "tests/unit/unit.h"

static void all_of_the_log_leaves_by_the_first_port(void **state)
{
	works(0);
	choose("", true);
	log_line("boot", "hello");
	console_flush();
	assert_int_equal(ports[0].opened.address, 0x3F8);
	assert_string_equal(ports[0].got, "[    0.000000] boot: hello\r\n");
	assert_true(now_us >= 28 * BYTE_US);
	assert_true(is_on_screen("boot: hello"));
}

static void several_ports_get_the_same(void **state)
{
	works(0);
	works(1);
	ports[1].byte_us = 8 * BYTE_US;
	choose("console=ttyS0 console=ttyS1,14400", false);
	for (int i = 0; i < 3000; i++)
		log_line("boot", "one of more lines than the log can keep");
	console_flush();
	assert_int_equal(ports[1].opened.address, 0x2F8);
	assert_true(ports[0].count > 1 << 17);
	assert_string_equal(ports[0].got, ports[1].got);
}

static void a_dead_port_is_not_waited_for(void **state)
{
	works(0);
	works(1);
	ports[0].byte_us = 0;
	choose("console=ttyS0 console=ttyS1", true);
	log_line("boot", "hello");
	console_flush();
	assert_int_equal(ports[0].count, 0);
	assert_got(1, "boot: hello\r\n");
	assert_true(is_on_screen("boot: hello"));
	assert_in_range(now_us, 1000000, 1100000);

	unsigned looks = ports[0].looks;
	log_line("boot", "again");
	console_flush();
	assert_in_range(ports[0].looks, looks, looks + 2);
	assert_in_range(now_us, 1000000, 1200000);
}

/* Accepts no more bytes, until the kernel has noticed. */
static void pause_port(unsigned port)
{
	ports[port].byte_us = 0;
	log_line("boot", "last before the pause");
	console_flush();
	assert_null(strstr(ports[port].got, "last before the pause"));
}

/* Accepts bytes again. */
static void resume(unsigned port)
{
	works(port);
	now_us += 100000;
	console_flush();
}

static void a_port_that_paused_goes_on_where_it_was(void **state)
{
	works(0);
	works(1);
	choose("console=ttyS0 console=ttyS1", false);
	log_line("boot", "before");
	console_flush();
	pause_port(0);
	log_line("boot", "meanwhile");
	console_flush();
	resume(0);
	log_line("boot", "after");
	console_flush();
	assert_got(0, "boot: after\r\n");
	assert_string_equal(ports[0].got, ports[1].got);
}

static void what_a_port_has_missed_is_said_in_its_place(void **state)
{
	const char *gap;
	unsigned bytes, number;

	works(0);
	choose("", false);
	log_line("boot", "before");
	console_flush();
	pause_port(0);
	for (unsigned i = 0; i < 5000; i++)
		log_line("boot", "number %u", i);
	resume(0);
	gap = strstr(ports[0].got, "boot: warning: ");
	assert_non_null(gap);
	assert_int_equal(
		sscanf(gap, "boot: warning: %u bytes of the log are missing here\r\n", &bytes), 1);
	assert_true(bytes > 1 << 15);
	gap = strstr(gap, "boot: number ");
	assert_int_equal(sscanf(gap, "boot: number %u\r\n", &number), 1);
	for (; number < 5000; number++) {
		char line[40];

		snprintf(line, sizeof(line), "boot: number %u\r\n", number);
		assert_memory_equal(gap, line, strlen(line));
		gap += strlen(line) + strlen("[    0.000000] ");
	}
}

static void what_is_typed_while_the_output_is_stuck_is_read(void **state)
{
	uint8_t byte;

	works(0);
	choose("", false);
	console_flush();
	pause_port(0);
	ports[0].typed = "y";
	assert_true(console_read(&byte));
	assert_int_equal(byte, 'y');
	assert_false(console_read(&byte));
}

static void the_counter_of_another_cpu_may_be_behind(void **state)
{
	works(0);
	choose("", false);
	now_us = 5000000;
	log_line("boot", "hello");
	now_us = 1000;
	ports[0].ready_us = 0;
	log_line("boot", "panic");
	console_flush();
	assert_got(0, "boot: panic\r\n");
}

static void a_port_that_stops_on_the_way_is_not_waited_for(void **state)
{
	works(0);
	ports[0].never_idle = true;
	choose("", false);
	log_line("boot", "hello");
	console_flush();
	assert_got(0, "boot: hello\r\n");
	assert_in_range(now_us, 1000000, 1100000);
}

static void a_port_much_slower_than_its_rate_is_given_up(void **state)
{
	works(0);
	ports[0].byte_us = 50000;
	choose("", true);
	for (int i = 0; i < 100; i++)
		log_line("boot", "hello");
	console_flush();
	assert_in_range(now_us, 10000000, 12000000);
	assert_true(is_on_screen("boot: hello"));
}

static void the_slowest_rate_is_waited_for(void **state)
{
	works(0);
	ports[0].byte_us = 33333;
	choose("console=ttyS0,300", false);
	for (int i = 0; i < 100; i++)
		log_line("boot", "hello");
	log_line("boot", "last");
	console_flush();
	assert_got(0, "boot: last\r\n");
}

static void nothing_is_touched_before_the_clock_is_ready(void **state)
{
	works(0);
	clock_ready = false;
	choose("", true);
	log_line("boot", "hello");
	console_poll();
	assert_int_equal(ports[0].looks, 0);
	console_flush(); /* as in a panic: the rate stays unknown, but the log is flushed
	                    nevertheless */
	assert_got(0, "boot: hello\r\n");
	assert_true(is_on_screen("boot: hello"));
}

static void the_screen_waits_for_what_is_urgent(void **state)
{
	works(0);
	choose("", true);
	log_line("boot", "hello");
	for (int i = 0; i < 10; i++)
		console_poll();
	assert_false(is_on_screen("boot: hello"));
	now_us = 100000;
	for (int i = 0; i < 5000; i++)
		console_poll();
	assert_true(is_on_screen("boot: hello"));
}

static void the_screen_is_drawn_while_a_port_has_no_room(void **state)
{
	works(0);
	ports[0].byte_us = 0;
	choose("", true);
	log_line("boot", "hello");
	now_us = 100000;
	for (int i = 0; i < 5000; i++)
		console_poll();
	assert_true(now_us < 200000);
	assert_true(is_on_screen("boot: hello"));
}

static void an_idle_port_is_left_alone(void **state)
{
	works(0);
	choose("", false);
	log_line("boot", "hello");
	console_flush();
	unsigned looks = ports[0].looks;

	for (int i = 0; i < 100; i++)
		console_poll();
	assert_int_equal(ports[0].looks, looks);
}

static void without_any_console_all_goes_on(void **state)
{
	choose("console=tty0", false);
	for (int i = 0; i < 3000; i++)
		log_line("boot", "one of more lines than the log can keep");
	console_flush();
	assert_true(now_us < 100000);
}

int main(void)
{
	const struct CMUnitTest rules[] = {
		cmocka_unit_test(all_of_the_log_leaves_by_the_first_port),
		cmocka_unit_test(several_ports_get_the_same),
		cmocka_unit_test(a_dead_port_is_not_waited_for),
		cmocka_unit_test(a_port_that_paused_goes_on_where_it_was),
		cmocka_unit_test(what_a_port_has_missed_is_said_in_its_place),
		cmocka_unit_test(what_is_typed_while_the_output_is_stuck_is_read),
		cmocka_unit_test(the_counter_of_another_cpu_may_be_behind),
		cmocka_unit_test(a_port_that_stops_on_the_way_is_not_waited_for),
		cmocka_unit_test(a_port_much_slower_than_its_rate_is_given_up),
		cmocka_unit_test(the_slowest_rate_is_waited_for),
		cmocka_unit_test(nothing_is_touched_before_the_clock_is_ready),
		cmocka_unit_test(the_screen_waits_for_what_is_urgent),
		cmocka_unit_test(the_screen_is_drawn_while_a_port_has_no_room),
		cmocka_unit_test(an_idle_port_is_left_alone),
		cmocka_unit_test(without_any_console_all_goes_on),
	};

	return unit_run(rules, COUNT_OF(rules));
}
