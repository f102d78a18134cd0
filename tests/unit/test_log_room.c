/*
 * kernel/console/log.h: exactly when the log asks its readers how far they are, lets them read, and
 * waits for them; and what they can read at each moment.
 */
#include "kernel/console/log.h"
#include "tests/unit/log_clock.h"

static struct unit_capture *events;
static uint64_t at;        /* how far the readers are */
static uint64_t read_more; /* how much they read when they are waited for */

static void note(const char *event)
{
	if (events == NULL)
		events = unit_capture();
	text_print(&events->text, "%s ", event);
}

static uint64_t position(void)
{
	note("position");
	return at;
}

static void poll(void)
{
	note("poll");
}

static void make_room(void)
{
	note("wait");
	at += read_more;
}

static const struct log_readers readers = {position, poll, make_room};

/* Returns what was asked of the readers since the last call. */
static const char *asked(void)
{
	const char *text = events != NULL ? events->at : "";

	events = NULL;
	return text;
}

static void put(unsigned count)
{
	while (count-- > 0)
		log_bare.put(&log_bare, 'x');
}

static void each_line_lets_the_readers_read(void **state)
{
	log_read_by(&readers);
	ticks = 1000;
	text_print(&log_bare, "one");
	assert_string_equal(asked(), "");
	assert_string_equal(read_rest(&console), "one");
	text_print(&log_bare, "\n");
	assert_string_equal(asked(), "poll ");
	assert_string_equal(read_rest(&console), "\r\n");
	text_print(&log_stamped, "two");
	assert_string_equal(asked(), "");
	assert_string_equal(read_rest(&console), "");
	text_print(&log_stamped, "\n\n");
	assert_string_equal(asked(), "poll poll ");
	assert_string_equal(read_rest(&console), "[    0.000000] two\r\n[    0.000000] \r\n");
}

static void the_readers_are_asked_when_the_room_is_used_up(void **state)
{
	log_read_by(&readers);
	put(RING_SIZE);
	assert_string_equal(asked(), "");
	at = 100;
	put(1);
	assert_string_equal(asked(), "position ");
	put(99);
	assert_string_equal(asked(), "");
	at = 103;
	put(3);
	assert_string_equal(asked(), "position ");
	read_more = 2;
	put(2);
	assert_string_equal(asked(), "position wait position ");
	read_more = 0;
	put(2);
	assert_string_equal(asked(), "position wait position position wait position ");
}

static void the_characters_of_a_stamped_line_use_up_room_too(void **state)
{
	log_read_by(&readers);
	text_print(&log_stamped, "boot: ");
	for (unsigned i = 0; i < RING_SIZE - RING_STAMP_SIZE - 6; i++)
		log_stamped.put(&log_stamped, 'x');
	assert_string_equal(asked(), "");
	at = 2;
	log_stamped.put(&log_stamped, 'y');
	assert_string_equal(asked(), "position ");
	log_stamped.put(&log_stamped, '\n');
	assert_string_equal(asked(), "poll ");
	at = 3;
	text_print(&log_bare, "\n");
	assert_string_equal(asked(), "position poll ");
}

static void a_time_stamp_needs_room_for_all_of_it(void **state)
{
	log_read_by(&readers);
	put(RING_SIZE - RING_STAMP_SIZE);
	text_print(&log_bare, "\n");
	asked();
	at = 1;
	read_more = 100;
	/* 10 bytes of room are left, and 11 by what the readers have read: enough for the stamp */
	log_stamped.put(&log_stamped, 'a');
	assert_string_equal(asked(), "position position wait position ");
	put(99);
	text_print(&log_bare, "\n");
	assert_string_equal(asked(), "position wait position poll ");
}

static void of_too_little_room_for_a_time_stamp_none_is_left(void **state)
{
	log_read_by(&readers);
	put(RING_SIZE - 5);
	text_print(&log_bare, "\n");
	asked();
	log_stamped.put(&log_stamped, 'a');
	assert_string_equal(asked(), "position wait position position wait position ");
}

static void without_readers_the_log_waits_for_none(void **state)
{
	put(3 * RING_SIZE);
	text_print(&log_bare, "\n");
	log_read_by(&readers);
	at = 2 * RING_SIZE + 1;
	put(RING_SIZE - 1);
	assert_string_equal(asked(), "");
	put(1);
	assert_string_equal(asked(), "position wait position ");
}

static void what_is_held_is_shown_when_there_is_no_room(void **state)
{
	log_read_by(&readers);
	log_hold();
	text_print(&log_bare, "held\n");
	assert_string_equal(read_rest(&console), "");
	put(RING_SIZE - 5);
	assert_string_equal(read_rest(&console), "");
	at = 0;
	read_more = 10;
	put(1);
	assert_int_equal(ring_end(), RING_SIZE);
}

static void a_line_in_which_the_log_closes_ends_there(void **state)
{
	log_read_by(&readers);
	ticks = 1000;
	text_print(&log_stamped, "cut");
	log_close();
	assert_string_equal(read_rest(&console), "[    0.000000] cut");
	text_print(&log_stamped, " more\nand more\n");
	text_print(&log_bare, "and bare\n");
	ring_publish();
	assert_string_equal(read_rest(&console), "");
	log_finish_line();
	assert_string_equal(read_rest(&console), "");
	assert_string_equal(asked(), "");
}

static void a_log_can_be_repeated_into_itself(void **state)
{
	ticks = 1000 + 2000003;
	log_line("boot", "one");
	text_print(&log_bare, "two\n");
	log_repeat(&log_bare);
	assert_string_equal(read_rest(&console), "[    2.000003] boot: one\r\ntwo\r\n"
	                                         "[    2.000003] boot: one\r\ntwo\r\n");
}

static void a_line_that_is_finished_begins_the_next_one_with_its_time(void **state)
{
	ticks = 1000;
	text_print(&log_bare, "cut");
	log_finish_line();
	text_print(&log_stamped, "next\n");
	text_print(&log_stamped, "dropped");
	log_finish_line();
	ticks = 1001;
	text_print(&log_stamped, "last\n");
	assert_string_equal(read_rest(&console),
	                    "cut\r\n[    0.000000] next\r\n[    0.000001] last\r\n");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(each_line_lets_the_readers_read),
		cmocka_unit_test(the_readers_are_asked_when_the_room_is_used_up),
		cmocka_unit_test(the_characters_of_a_stamped_line_use_up_room_too),
		cmocka_unit_test(a_time_stamp_needs_room_for_all_of_it),
		cmocka_unit_test(of_too_little_room_for_a_time_stamp_none_is_left),
		cmocka_unit_test(without_readers_the_log_waits_for_none),
		cmocka_unit_test(what_is_held_is_shown_when_there_is_no_room),
		cmocka_unit_test(a_line_in_which_the_log_closes_ends_there),
		cmocka_unit_test(a_log_can_be_repeated_into_itself),
		cmocka_unit_test(a_line_that_is_finished_begins_the_next_one_with_its_time),
	};

	return unit_run(rules, COUNT_OF(rules));
}
