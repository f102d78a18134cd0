/*
 * kernel/console/log.h and ring.h: lines are kept until a console reads them. The test supplies
 * console and clock.
 */
#include "kernel/console/log.h"
#include "tests/unit/log_clock.h"

enum { KEPT = RING_SIZE };

static struct ring_reader fast;        /* another console, which takes all at once */
static struct unit_capture *fast_text; /* what it took; NULL: it is not there */
static unsigned times_without_room;

static uint64_t console_position(void)
{
	return console.position;
}

static void read_all_fast(void)
{
	char character;

	while (ring_read(&fast, &character)) {
		fast_text->text.put(&fast_text->text, character);
		assert_true(fast_text->size < 1 << 22);
	}
}

static unsigned polls;

static void console_poll(void)
{
	polls++;
}

static void console_make_room(void)
{
	char character;

	times_without_room++;
	if (fast_text != NULL)
		read_all_fast();
	for (unsigned i = 0; i < 1000; i++)
		assert_true(ring_read(&console, &character));
}

/* Reads everything, and discards it. */
static void skip_rest(struct ring_reader *reader)
{
	char character;

	while (ring_read(reader, &character))
		continue;
}

static void a_line_has_its_time_scope_and_end(void **state)
{
	ticks = 1000 + 1234;
	log_line("cpu 3", "CR0 = %#x", 0x31);
	assert_string_equal(read_rest(&console), "[    0.001234] cpu 3: CR0 = 0x31\r\n");
}

static void the_time_is_that_of_the_lines_beginning(void **state)
{
	ticks = 1000;
	text_print(&log_stamped, "smp: one ");
	ticks = 1000 + 61 * 1000000;
	text_print(&log_stamped, "line\n");
	log_line("smp", "another");
	assert_string_equal(read_rest(&console),
	                    "[    0.000000] smp: one line\r\n[   61.000000] smp: another\r\n");
}

static void dropped_lines_only_let_the_consoles_read(void **state)
{
	polls = 0;
	text_print(&log_dropped, "one\ntwo\nthree");
	assert_int_equal(polls, 2);
	log_hold();
	text_print(&log_dropped, "\n");
	assert_int_equal(polls, 3);
	log_finish_line();
	assert_string_equal(read_rest(&console), "");
}

static void a_bare_line_has_no_time(void **state)
{
	text_print(&log_bare, "RESULT: %s\n", "PASS");
	assert_string_equal(read_rest(&console), "RESULT: PASS\r\n");
}

static void each_reader_sees_all_from_its_own_place(void **state)
{
	struct ring_reader late = {0};

	ticks = 1000;
	text_print(&log_bare, "one\n");
	assert_string_equal(read_rest(&console), "one\r\n");
	text_print(&log_bare, "two\n");
	assert_string_equal(read_rest(&console), "two\r\n");
	assert_string_equal(read_rest(&late), "one\r\ntwo\r\n");
}

static void a_reader_has_seen_all_only_after_the_lines_last_character(void **state)
{
	char character;

	assert_true(ring_read_all(&console));
	text_print(&log_bare, "a\n");
	for (const char *expected = "a\r\n"; *expected != '\0'; expected++) {
		assert_false(ring_read_all(&console));
		assert_true(ring_read(&console, &character));
		assert_int_equal(character, *expected);
	}
	assert_true(ring_read_all(&console));
	assert_false(ring_read(&console, &character));
}

static void an_unfinished_line_can_be_ended_and_a_finished_one_stays(void **state)
{
	log_finish_line();
	text_print(&log_bare, "cut off");
	log_finish_line();
	log_finish_line();
	text_print(&log_bare, "error\n");
	assert_string_equal(read_rest(&console), "cut off\r\nerror\r\n");
}

static void what_is_held_is_seen_as_a_whole_and_is_the_last(void **state)
{
	ticks = 1000;
	log_hold();
	log_line("vmx", "count");
	text_print(&log_bare, "REPORT\nRESULT: PASS\n");
	assert_string_equal(read_rest(&console), "");
	log_close();
	log_line("cpu 1", "error");
	text_print(&log_bare, "RESULT: ERROR\n");
	for (unsigned i = 0; i < KEPT; i++)
		text_print(&log_bare, "x");
	log_finish_line();
	assert_string_equal(read_rest(&console),
	                    "[    0.000000] vmx: count\r\nREPORT\r\nRESULT: PASS\r\n");
	assert_true(ring_read_all(&console));
}

static void what_is_held_when_a_panic_comes_is_dropped(void **state)
{
	ticks = 1000;
	log_line("boot", "before");
	log_hold();
	log_line("vmx", "count");
	text_print(&log_bare, "REPORT\nmachine");
	log_finish_line();
	log_line("cpu 1", "error");
	assert_string_equal(read_rest(&console), "[    0.000000] boot: before\r\n"
	                                         "[    0.000000] cpu 1: error\r\n");
}

static void what_is_held_and_more_than_is_kept_comes_out_all_the_same(void **state)
{
	const char *rest;

	ticks = 1000;
	log_hold();
	for (unsigned i = 0; i < KEPT / 4; i++)
		text_print(&log_bare, "held\n");
	assert_true(times_without_room > 0);
	text_print(&log_bare, "cut");
	log_finish_line();
	log_line("cpu 1", "error");
	rest = read_rest(&console);
	assert_string_equal(strrchr(rest, '['), "[    0.000000] cpu 1: error\r\n");
	assert_null(strstr(rest, "cut["));
}

static void nothing_is_lost_while_the_console_makes_room(void **state)
{
	struct unit_capture *expected = unit_capture();
	const char *rest;

	for (unsigned i = 0; i < 9000; i++) {
		text_print(&expected->text, "line %u", i);
		expected->text.put(&expected->text, '\r');
		expected->text.put(&expected->text, '\n');
		text_print(&log_bare, "line %u\n", i);
	}
	assert_true(times_without_room > 0);
	/* of the bytes that the console took to make room, only the number is known */
	rest = read_rest(&console);
	assert_int_equal(strlen(rest) + 1000 * times_without_room, expected->size);
	assert_string_equal(rest, expected->at + expected->size - strlen(rest));
}

static void the_console_is_asked_for_room_only_when_there_is_none(void **state)
{
	for (unsigned i = 0; i < KEPT; i++)
		log_bare.put(&log_bare, 'x');
	assert_int_equal(times_without_room, 0);
	log_bare.put(&log_bare, 'x');
	assert_int_equal(times_without_room, 1);
}

static void a_console_ahead_of_the_others_finds_no_half_line(void **state)
{
	for (unsigned length = 0; length < 9; length++) {
		const size_t line_size = strlen("[    0.000000] boot: \r\n") + length;
		size_t lines = 0;

		ticks = 1000;
		skip_rest(&console);
		fast = console;
		fast_text = unit_capture();
		for (unsigned before = times_without_room; times_without_room < before + 20;
		     lines++)
			log_line("boot", "%.*s", (int)length, "123456789");
		read_all_fast();
		assert_int_equal(fast_text->size, lines * line_size);
	}
}

static void a_stamp_across_the_buffers_end_is_read_whole(void **state)
{
	for (unsigned fill = KEPT - 12; fill < KEPT; fill++) {
		while (console.position % KEPT != fill) {
			char character;

			log_bare.put(&log_bare, 'x');
			assert_true(ring_read(&console, &character));
		}
		text_print(&log_bare, "\n");
		skip_rest(&console);
		ticks = 1000 + 0x12345678;
		log_line("boot", "on");
		assert_string_equal(read_rest(&console), "[  305.419896] boot: on\r\n");
	}
}

static const char *repeated(void)
{
	struct unit_capture *again = unit_capture();

	log_repeat(&again->text);
	return again->at;
}

static void a_short_log_is_repeated_whole_with_its_times(void **state)
{
	ticks = 1000 + 5;
	log_line("boot", "one");
	text_print(&log_bare, "two\n");
	read_rest(&console);
	assert_string_equal(repeated(), "[    0.000005] boot: one\ntwo\n");
}

static void of_less_than_half_a_ring_all_is_repeated(void **state)
{
	for (unsigned i = 0; i < KEPT / 2 / 12; i++)
		text_print(&log_bare, "123456789\n");
	assert_int_equal(strlen(repeated()), KEPT / 2 / 12 * 10);
}

static void of_a_long_log_the_last_whole_lines_are_repeated(void **state)
{
	const char *again;
	char last[32];

	for (unsigned i = 0; i < 40000; i++) {
		text_print(&log_bare, "line %u\n", i);
		snprintf(last, sizeof(last), "line %u\n", i);
		skip_rest(&console);
	}
	again = repeated();
	assert_memory_equal(again, "line ", 5);
	assert_true(strlen(again) <= KEPT / 2);
	assert_true(strlen(again) > KEPT / 2 - 20);
	assert_string_equal(again + strlen(again) - strlen(last), last);
}

static const struct log_readers readers = {console_position, console_poll, console_make_room};

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_line_has_its_time_scope_and_end),
		cmocka_unit_test(the_time_is_that_of_the_lines_beginning),
		cmocka_unit_test(a_bare_line_has_no_time),
		cmocka_unit_test(dropped_lines_only_let_the_consoles_read),
		cmocka_unit_test(each_reader_sees_all_from_its_own_place),
		cmocka_unit_test(a_reader_has_seen_all_only_after_the_lines_last_character),
		cmocka_unit_test(an_unfinished_line_can_be_ended_and_a_finished_one_stays),
		cmocka_unit_test(what_is_held_is_seen_as_a_whole_and_is_the_last),
		cmocka_unit_test(what_is_held_when_a_panic_comes_is_dropped),
		cmocka_unit_test(what_is_held_and_more_than_is_kept_comes_out_all_the_same),
		cmocka_unit_test(nothing_is_lost_while_the_console_makes_room),
		cmocka_unit_test(the_console_is_asked_for_room_only_when_there_is_none),
		cmocka_unit_test(a_console_ahead_of_the_others_finds_no_half_line),
		cmocka_unit_test(a_stamp_across_the_buffers_end_is_read_whole),
		cmocka_unit_test(a_short_log_is_repeated_whole_with_its_times),
		cmocka_unit_test(of_less_than_half_a_ring_all_is_repeated),
		cmocka_unit_test(of_a_long_log_the_last_whole_lines_are_repeated),
	};

	log_read_by(&readers);
	return unit_run(rules, COUNT_OF(rules));
}
