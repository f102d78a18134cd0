/*
 * kernel/console/serial.h: which accesses to a port the log takes, and exactly when a port counts
 * as stuck or is given up.
 */
#include "tests/unit/serial_machine.h"

enum { COM1 = 0x3F8, COM2 = 0x2F8 };

static const char COM1_ONLY[] = "console=ttyS0";

/* Lets the first port take one byte, at this time. */
static void take_at(uint64_t us, unsigned bytes)
{
	ticks = us;
	room[0] = bytes;
	assert_true(serial_hand_over());
	room[0] = 0;
}

/* Looks at the first port at this time, when it takes nothing. */
static void stall_at(uint64_t us)
{
	ticks = us;
	assert_false(serial_hand_over());
}

static bool is_open(void)
{
	return serial_any_open() && serial_position() != UINT64_MAX;
}

static bool is_stuck(void)
{
	return serial_any_open() && serial_position() == UINT64_MAX;
}

/* Opens the first port, with a log that is longer than it can send in a test. */
static void begin(const char *command_line)
{
	present[0] = COM1;
	choose(command_line);
	ticks = 1000;
	for (unsigned i = 0; i < 100; i++)
		text_print(&log_bare, "0123456789");
}

static void a_port_gets_what_it_has_room_for_and_is_left_alone_when_all_is_sent(void **state)
{
	present[0] = COM1;
	choose(COM1_ONLY);
	text_print(&log_bare, "abc\n");
	room[0] = 3;
	assert_false(serial_all_sent());
	assert_true(serial_hand_over());
	assert_string_equal(done(), "open0:1,3f8,115200 room0 hold 0:a 0:b 0:c release ");
	assert_int_equal(serial_position(), 3);
	room[0] = 0;
	assert_false(serial_hand_over());
	assert_string_equal(done(), "room0 ");
	room[0] = 16;
	assert_true(serial_hand_over());
	assert_string_equal(done(), "room0 hold 0:\r 0:\n release ");
	assert_false(serial_all_sent());
	assert_false(serial_hand_over());
	assert_string_equal(done(), "idle0 ");
	assert_false(serial_all_sent());
	idle[0] = true;
	assert_false(serial_hand_over());
	assert_string_equal(done(), "idle0 ");
	assert_true(serial_all_sent());
	assert_false(serial_hand_over());
	assert_string_equal(done(), "");
	text_print(&log_bare, "d\n");
	assert_false(serial_all_sent());
	assert_true(serial_hand_over());
	assert_string_equal(done(), "room0 hold 0:d 0:\r 0:\n release ");
}

static void each_port_gets_its_part_and_the_slowest_position_counts(void **state)
{
	present[0] = COM1;
	present[1] = COM2;
	idle[0] = idle[1] = true;
	choose("console=ttyS0 console=ttyS1");
	assert_int_equal(serial_position(), 0);
	text_print(&log_bare, "ab\n");
	room[0] = 2;
	room[1] = 1;
	assert_true(serial_hand_over());
	assert_int_equal(serial_position(), 1);
	room[0] = 0;
	room[1] = 16;
	assert_true(serial_hand_over());
	assert_int_equal(serial_position(), 2);
	room[0] = 16;
	assert_true(serial_hand_over());
	assert_false(serial_all_sent());
	done();
	assert_false(serial_hand_over());
	assert_string_equal(done(), "idle0 ");
	assert_true(serial_all_sent());
	assert_int_equal(serial_position(), 3);
}

static void a_port_that_takes_nothing_for_a_second_is_stuck(void **state)
{
	begin(COM1_ONLY);
	stall_at(1000);
	stall_at(1000999);
	assert_true(is_open());
	stall_at(1001000);
	assert_true(is_stuck());
	assert_true(serial_all_sent());
}

static void the_second_begins_with_the_last_byte_taken(void **state)
{
	begin(COM1_ONLY);
	take_at(1000, 1);
	stall_at(500000);
	take_at(700000, 1);
	stall_at(1699999);
	assert_true(is_open());
	stall_at(1700000);
	assert_true(is_stuck());
}

static void a_stuck_port_is_tried_every_10_ms(void **state)
{
	begin(COM1_ONLY);
	stall_at(1000);
	stall_at(2000000);
	done();
	stall_at(2000001);
	assert_string_equal(done(), "room0 ");
	stall_at(2010000);
	assert_string_equal(done(), "");
	stall_at(2010001);
	assert_string_equal(done(), "room0 ");
	assert_true(is_stuck());
	take_at(2020001, 2);
	assert_string_equal(done(), "room0 room0 hold 0:0 0:1 release ");
	assert_true(is_open());
}

static void after_a_pause_the_time_limits_begin_anew(void **state)
{
	begin(COM1_ONLY);
	take_at(1000, 1);
	stall_at(2000000);
	assert_true(is_stuck());
	take_at(90000000, 1);
	stall_at(90999999);
	assert_true(is_open());
	stall_at(91000000);
	assert_true(is_stuck());
}

/* Lets the port take 15 bytes in 10.8 s. It is given up 10 s and twice their time after the first.
 */
static void take_15_bytes_slowly(uint64_t from)
{
	take_at(from, 3);
	for (unsigned i = 1; i <= 12; i++)
		take_at(from + i * 900000, 1);
}

static void assert_given_up_at(uint64_t us)
{
	stall_at(us - 1);
	assert_true(is_open());
	stall_at(us);
	assert_false(serial_any_open());
	assert_int_equal(serial_position(), UINT64_MAX);
	assert_true(serial_all_sent());
	done();
	stall_at(us + 20000);
	assert_string_equal(done(), "");
}

static void a_port_much_slower_than_its_rate_is_given_up(void **state)
{
	begin("console=ttyS0,300");
	take_15_bytes_slowly(5000);
	assert_given_up_at(5000 + 10000000 + 2 * 15 * 10 * 1000000 / 300);
}

/* The fifth period of 900 ms would end after the time limit of a faster port. */
static void a_port_that_keeps_its_rate_may_have_1200_baud(void **state)
{
	begin("console=uart,mmio,0x3f8");
	take_at(5000, 6);
	for (unsigned i = 1; i <= 11; i++)
		take_at(5000 + i * 900000, 1);
	/* 2 * 17 * 10 bits */
	assert_given_up_at(5000 + 10000000 + 340 * 1000000 / 1200);
}

static void only_the_bytes_since_the_port_was_idle_count(void **state)
{
	present[0] = COM1;
	choose("console=ttyS0,300");
	text_print(&log_bare, "before\n");
	take_at(1000, 16);
	idle[0] = true;
	stall_at(100000);
	assert_true(serial_all_sent());
	for (unsigned i = 0; i < 100; i++)
		text_print(&log_bare, "0123456789");
	take_15_bytes_slowly(60000000);
	assert_given_up_at(60000000 + 11000000);
}

/* It took all, and never sends it. */
static void a_port_that_stays_busy_is_stuck(void **state)
{
	present[0] = COM1;
	choose(COM1_ONLY);
	text_print(&log_bare, "a\n");
	take_at(1000, 16);
	stall_at(1000999);
	assert_true(is_open());
	stall_at(1001000);
	assert_true(is_stuck());
}

static void a_counter_behind_the_last_byte_begins_the_time_limits_anew(void **state)
{
	begin(COM1_ONLY);
	take_at(100, 1);
	take_at(900000, 1);
	stall_at(500);
	assert_true(is_open());
	stall_at(1000499);
	assert_true(is_open());
	stall_at(1000500);
	assert_true(is_stuck());
}

/* The CPU that took over wrote a byte before it looks at the time limits. */
static void a_counter_behind_the_first_byte_begins_the_time_limits_anew(void **state)
{
	begin(COM1_ONLY);
	take_at(5000000, 1);
	take_at(1000, 1);
	stall_at(2000);
	assert_true(is_open());
	stall_at(1001999);
	assert_true(is_open());
	stall_at(1002000);
	assert_true(is_stuck());
}

static void a_look_in_the_same_tick_changes_no_time_limit(void **state)
{
	begin("console=ttyS0,300");
	take_15_bytes_slowly(5000);
	stall_at(ticks);
	assert_given_up_at(5000 + 11000000);
}

/* By the counter of the CPU that took over, the port took nothing for five seconds. */
static void a_counter_that_reaches_the_first_byte_again_changes_no_time_limit(void **state)
{
	begin(COM1_ONLY);
	take_at(5000000, 1);
	take_at(1000, 1);
	stall_at(5000000);
	assert_true(is_stuck());
}

static void before_the_ports_are_opened_nothing_is_sent_or_open(void **state)
{
	uint8_t byte;

	present[0] = COM1;
	typed[0] = "x";
	choose(COM1_ONLY);
	assert_false(serial_all_sent());
	assert_false(serial_any_open());
	assert_false(serial_read(&byte));
	assert_int_equal(serial_position(), 0);
	assert_string_equal(done(), "");
}

static void bytes_are_read_from_open_and_stuck_ports_in_their_order(void **state)
{
	uint8_t byte = 0;

	present[0] = COM1;
	present[1] = COM2;
	choose("console=ttyS2 console=ttyS1");
	present[0] = 0;
	text_print(&log_bare, "a");
	stall_at(1000);
	typed[0] = "n";
	typed[1] = "yz";
	done();
	assert_true(serial_read(&byte));
	assert_int_equal(byte, 'y');
	assert_string_equal(done(), "get1 ");
	stall_at(2000000);
	assert_true(is_stuck());
	assert_true(serial_read(&byte));
	assert_int_equal(byte, 'z');
	assert_false(serial_read(&byte));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(
			a_port_gets_what_it_has_room_for_and_is_left_alone_when_all_is_sent),
		cmocka_unit_test(each_port_gets_its_part_and_the_slowest_position_counts),
		cmocka_unit_test(a_port_that_takes_nothing_for_a_second_is_stuck),
		cmocka_unit_test(the_second_begins_with_the_last_byte_taken),
		cmocka_unit_test(a_stuck_port_is_tried_every_10_ms),
		cmocka_unit_test(after_a_pause_the_time_limits_begin_anew),
		cmocka_unit_test(a_port_much_slower_than_its_rate_is_given_up),
		cmocka_unit_test(a_port_that_keeps_its_rate_may_have_1200_baud),
		cmocka_unit_test(only_the_bytes_since_the_port_was_idle_count),
		cmocka_unit_test(a_port_that_stays_busy_is_stuck),
		cmocka_unit_test(a_counter_behind_the_last_byte_begins_the_time_limits_anew),
		cmocka_unit_test(a_counter_behind_the_first_byte_begins_the_time_limits_anew),
		cmocka_unit_test(a_look_in_the_same_tick_changes_no_time_limit),
		cmocka_unit_test(a_counter_that_reaches_the_first_byte_again_changes_no_time_limit),
		cmocka_unit_test(before_the_ports_are_opened_nothing_is_sent_or_open),
		cmocka_unit_test(bytes_are_read_from_open_and_stuck_ports_in_their_order),
	};

	return unit_run(rules, COUNT_OF(rules));
}
