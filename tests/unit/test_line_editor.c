/* kernel/console/line_editor.h: a line typed byte by byte, on a plain terminal. */
#include "kernel/console/line_editor.h"
#include "tests/unit/unit.h"

static struct line_editor editor;
static struct unit_capture *screen;

/* Types the bytes. Returns the result of the last one. */
static enum line_event type(const char *bytes)
{
	enum line_event event = LINE_GOES_ON;

	screen = unit_capture();
	for (; *bytes != '\0'; bytes++) {
		if (event != LINE_GOES_ON)
			line_editor_next(&editor);
		event = line_editor_take(&editor, (uint8_t)*bytes, &screen->text);
	}
	return event;
}

/* Types a line and its end. Returns the line. */
static const char *enter(const char *bytes)
{
	assert_int_equal(type(bytes), LINE_GOES_ON);
	assert_int_equal(line_editor_take(&editor, '\r', &screen->text), LINE_COMPLETE);
	return editor.line;
}

static void what_is_typed_is_the_line_and_is_echoed(void **state)
{
	editor.echo = true;
	assert_string_equal(enter("read 0-3"), "read 0-3");
	assert_string_equal(screen->at, "read 0-3\n");
}

static void without_echo_nothing_is_shown(void **state)
{
	assert_string_equal(enter("read\x08\x08"
	                          "d"),
	                    "red");
	assert_string_equal(screen->at, "");
}

static void carriage_return_line_feed_and_both_end_one_line(void **state)
{
	static const char *const ends[] = {"\r", "\n", "\r\n"};

	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		editor = (struct line_editor){0};
		assert_int_equal(type("a"), LINE_GOES_ON);
		assert_int_equal(line_editor_take(&editor, (uint8_t)ends[i][0], &screen->text),
		                 LINE_COMPLETE);
		line_editor_next(&editor);
		if (ends[i][1] != '\0')
			assert_int_equal(type(ends[i] + 1), LINE_GOES_ON);
		assert_string_equal(enter("b"), "b");
	}
}

static void backspace_and_delete_take_the_last_character_away(void **state)
{
	editor.echo = true;
	assert_string_equal(enter("abc\x08\x7F"
	                          "d"),
	                    "ad");
	assert_string_equal(screen->at, "abc\b \b\b \bd\n");
}

static void nothing_can_be_taken_from_an_empty_line(void **state)
{
	editor.echo = true;
	assert_string_equal(enter("\x08\x7F\x15"), "");
	assert_string_equal(screen->at, "\n");
}

static void control_u_takes_the_whole_line_away(void **state)
{
	assert_string_equal(enter("wrong\x15right"), "right");
}

static void control_c_gives_the_line_up(void **state)
{
	assert_int_equal(type("exit\x03"), LINE_GIVEN_UP);
	line_editor_next(&editor);
	assert_string_equal(enter("x"), "x");
}

static void arrows_go_through_the_lines_before(void **state)
{
	enter("one");
	line_editor_next(&editor);
	enter("two");
	line_editor_next(&editor);
	assert_string_equal(enter("\x1B[A"), "two");
	line_editor_next(&editor);
	assert_string_equal(enter("\x1B[A\x1B[A"), "one");
	line_editor_next(&editor);
	assert_string_equal(enter("\x1B[A\x1B[A\x1B[B"), "one");
	line_editor_next(&editor);
	assert_string_equal(enter("\x1B[A\x1B[B"), "");
}

static void arrows_of_a_terminal_in_application_mode_work_too(void **state)
{
	enter("one");
	line_editor_next(&editor);
	assert_string_equal(enter("\x1BOA"), "one");
	line_editor_next(&editor);
	assert_string_equal(enter("\x1BOA\x1BOB"), "");
}

static void control_p_and_control_n_are_the_arrows_of_a_keyboard(void **state)
{
	enter("one");
	line_editor_next(&editor);
	assert_string_equal(enter("\x10"), "one");
	line_editor_next(&editor);
	assert_string_equal(enter("\x10\x0E"), "");
}

static void up_at_the_oldest_line_and_down_at_the_newest_do_nothing(void **state)
{
	assert_string_equal(enter("new\x1B[A\x1B[B"), "new");
	line_editor_next(&editor);
	assert_string_equal(enter("\x1B[A\x1B[A\x1B[A\x1B[A\x1B[A\x1B[A"), "new");
}

static void the_same_line_twice_is_one_in_the_history(void **state)
{
	enter("one");
	line_editor_next(&editor);
	enter("two");
	line_editor_next(&editor);
	enter("two");
	line_editor_next(&editor);
	assert_string_equal(enter("\x1B[A\x1B[A"), "one");
}

static void the_history_keeps_the_last_four_lines(void **state)
{
	static const char *const lines[] = {"1", "2", "3", "4", "5"};

	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		enter(lines[i]);
		line_editor_next(&editor);
	}
	assert_string_equal(enter("\x1B[A\x1B[A\x1B[A\x1B[A\x1B[A\x1B[A"), "2");
}

static void a_line_that_is_too_long_is_refused_whole(void **state)
{
	char line[LINE_SIZE + 1];

	memset(line, 'x', sizeof(line));
	line[LINE_SIZE - 1] = '\0';
	assert_int_equal(strlen(enter(line)), LINE_SIZE - 1);
	line_editor_next(&editor);
	line[LINE_SIZE - 1] = 'x';
	line[LINE_SIZE] = '\0';
	assert_int_equal(type(line), LINE_GOES_ON);
	assert_int_equal(type("\r"), LINE_TOO_LONG);
	line_editor_next(&editor);
	assert_string_equal(enter("ok"), "ok");
}

static void other_keys_leave_the_line_as_it_is(void **state)
{
	assert_string_equal(enter("a\x01\x02\x1B[C\x1B[3~\x1B[15;2~\x1BOP\x1Bx"
	                          "b\x80\xFF"),
	                    "ab");
}

static void a_tab_is_a_space(void **state)
{
	assert_string_equal(enter("a\tb"), "a b");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(what_is_typed_is_the_line_and_is_echoed),
		cmocka_unit_test(without_echo_nothing_is_shown),
		cmocka_unit_test(carriage_return_line_feed_and_both_end_one_line),
		cmocka_unit_test(backspace_and_delete_take_the_last_character_away),
		cmocka_unit_test(nothing_can_be_taken_from_an_empty_line),
		cmocka_unit_test(control_u_takes_the_whole_line_away),
		cmocka_unit_test(control_c_gives_the_line_up),
		cmocka_unit_test(arrows_go_through_the_lines_before),
		cmocka_unit_test(arrows_of_a_terminal_in_application_mode_work_too),
		cmocka_unit_test(control_p_and_control_n_are_the_arrows_of_a_keyboard),
		cmocka_unit_test(up_at_the_oldest_line_and_down_at_the_newest_do_nothing),
		cmocka_unit_test(the_same_line_twice_is_one_in_the_history),
		cmocka_unit_test(the_history_keeps_the_last_four_lines),
		cmocka_unit_test(a_line_that_is_too_long_is_refused_whole),
		cmocka_unit_test(other_keys_leave_the_line_as_it_is),
		cmocka_unit_test(a_tab_is_a_space),
	};

	return unit_run(rules, COUNT_OF(rules));
}
