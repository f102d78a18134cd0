/* kernel/console/line_editor.h: what each byte does, alone and after ESC; and what the history has.
 */
#include "kernel/console/line_editor.h"
#include "tests/unit/unit.h"

static struct line_editor editor;
static struct unit_capture *screen;

static enum line_event take(int byte)
{
	return line_editor_take(&editor, (uint8_t)byte, &screen->text);
}

static void type(const char *bytes)
{
	for (; *bytes != '\0'; bytes++)
		take(*bytes);
}

/* Types a line and its end. */
static enum line_event enter(const char *line)
{
	enum line_event event;

	type(line);
	event = take('\r');
	line_editor_next(&editor);
	return event;
}

/* Starts with "old" in the history and "ab" typed. */
static void begin(void)
{
	editor = (struct line_editor){.echo = true};
	screen = unit_capture();
	enter("old");
	type("ab");
	screen = unit_capture();
}

static void assert_line(const char *line, const char *shown)
{
	assert_string_equal(editor.line, line);
	assert_int_equal(editor.length, strlen(line));
	assert_string_equal(screen->at, shown);
}

static void each_byte_has_its_effect(void **state)
{
	static const struct {
		uint8_t byte;
		enum line_event event;
		const char *line, *shown;
	} controls[] = {
		{0x03, LINE_GIVEN_UP, "ab", "^C\n"},
		{0x08, LINE_GOES_ON, "a", "\b \b"},
		{0x09, LINE_GOES_ON, "ab ", " "},
		{0x0A, LINE_COMPLETE, "ab", "\n"},
		{0x0D, LINE_COMPLETE, "ab", "\n"},
		{0x10, LINE_GOES_ON, "old", "\b \b\b \bold"},
		{0x15, LINE_GOES_ON, "", "\b \b\b \b"},
		{0x7F, LINE_GOES_ON, "a", "\b \b"},
	};

	for (int byte = 0; byte <= 0xFF; byte++) {
		char typed[] = {(char)byte, '\0'}, line[] = {'a', 'b', (char)byte, '\0'};
		size_t i = 0;

		while (i < COUNT_OF(controls) && controls[i].byte != byte)
			i++;
		begin();
		if (i < COUNT_OF(controls)) {
			assert_int_equal(take(byte), controls[i].event);
			assert_line(controls[i].line, controls[i].shown);
		} else if (byte >= ' ' && byte < 0x7F) {
			assert_int_equal(take(byte), LINE_GOES_ON);
			assert_line(line, typed);
		} else {
			assert_int_equal(take(byte), LINE_GOES_ON);
			assert_line("ab", "");
		}
		/* only ESC makes more of what follows */
		take('[');
		assert_int_equal(editor.length > 0 && editor.line[editor.length - 1] == '[',
		                 byte != 0x1B);
	}
}

/* Returns whether the editor is in an escape sequence, which an A ends with the line before. */
static bool is_in_sequence(void)
{
	take('A');
	return strcmp(editor.line, "old") == 0;
}

static void a_byte_after_escape_begins_a_sequence_or_has_no_effect(void **state)
{
	for (int byte = ' '; byte <= 0xFF; byte++) {
		begin();
		take(0x1B);
		assert_int_equal(take(byte), LINE_GOES_ON);
		assert_line("ab", "");
		assert_int_equal(is_in_sequence(), byte == '[' || byte == 'O');
	}
}

static void a_sequence_ends_with_its_first_letter(void **state)
{
	for (int is_long = 0; is_long <= 1; is_long++) {
		for (int byte = ' '; byte <= 0xFF; byte++) {
			begin();
			type(is_long ? "\x1B[" : "\x1BO");
			assert_int_equal(take(byte), LINE_GOES_ON);
			if (byte == 'A') {
				assert_line("old", "\b \b\b \bold");
				continue;
			}
			assert_line("ab", "");
			assert_int_equal(is_in_sequence(), is_long && byte >= 0x20 && byte <= 0x3F);
		}
	}
}

static void a_control_byte_ends_a_sequence_and_has_its_effect(void **state)
{
	static const char *const sequences[] = {"\x1B", "\x1B[", "\x1BO"};

	for (size_t i = 0; i < COUNT_OF(sequences); i++) {
		begin();
		type(sequences[i]);
		take(0x08);
		assert_line("a", "\b \b");
		take('A');
		assert_line("aA", "\b \bA");
		begin();
		type(sequences[i]);
		assert_int_equal(take('\r'), LINE_COMPLETE);
		begin();
		type(sequences[i]);
		type("\x1B[");
		assert_true(is_in_sequence());
	}
}

static void a_line_feed_after_a_carriage_return_is_part_of_it(void **state)
{
	begin();
	assert_int_equal(take('\r'), LINE_COMPLETE);
	assert_int_equal(take('\n'), LINE_GOES_ON);
	assert_int_equal(take('\n'), LINE_COMPLETE);
	assert_int_equal(take('\r'), LINE_COMPLETE);
	assert_int_equal(take('\r'), LINE_COMPLETE);
}

/* Presses the arrow up or down. Returns the line. */
static const char *up(void)
{
	type("\x1B[A");
	return editor.line;
}

static const char *down(void)
{
	type("\x1B[B");
	return editor.line;
}

static void all_four_lines_of_the_history_are_recalled_whole(void **state)
{
	static const char *const lines[] = {"1", "22", "333", "4444", "55555"};

	begin();
	type("\x15");
	for (size_t i = 0; i < COUNT_OF(lines); i++)
		assert_int_equal(enter(lines[i]), LINE_COMPLETE);
	for (size_t i = COUNT_OF(lines); i > 1; i--) {
		assert_string_equal(up(), lines[i - 1]);
		assert_int_equal(editor.length, strlen(lines[i - 1]));
	}
	assert_string_equal(up(), "22");
	for (size_t i = 2; i < COUNT_OF(lines); i++)
		assert_string_equal(down(), lines[i]);
	assert_string_equal(down(), "");
	assert_int_equal(editor.length, 0);
	assert_string_equal(down(), "");
	assert_string_equal(up(), "55555");
	line_editor_next(&editor);
	assert_string_equal(editor.line, "");
	assert_string_equal(up(), "55555");
}

static void only_whole_lines_that_differ_from_the_last_are_kept(void **state)
{
	char longest[LINE_SIZE + 1];

	begin();
	type("\x15");
	memset(longest, 'x', sizeof(longest));
	longest[LINE_SIZE] = '\0';
	assert_int_equal(enter(longest), LINE_TOO_LONG);
	assert_int_equal(enter(""), LINE_COMPLETE);
	assert_string_equal(up(), "old");
	type("\x15");
	assert_int_equal(enter("old"), LINE_COMPLETE);
	assert_string_equal(up(), "old");
	assert_string_equal(up(), "old");
	type("\x15");
	longest[LINE_SIZE - 1] = '\0';
	assert_int_equal(enter(longest), LINE_COMPLETE);
	assert_int_equal(enter("old"), LINE_COMPLETE);
	assert_string_equal(up(), "old");
	assert_string_equal(up(), longest);
	assert_string_equal(up(), "old");
	assert_string_equal(up(), "old");
}

static void what_is_too_much_is_not_echoed(void **state)
{
	char longest[LINE_SIZE];

	memset(longest, 'x', sizeof(longest));
	longest[LINE_SIZE - 1] = '\0';
	begin();
	type("\x15");
	screen = unit_capture();
	type(longest);
	assert_line(longest, longest);
	type("y\t");
	assert_line(longest, longest);
	assert_int_equal(take('\r'), LINE_TOO_LONG);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(each_byte_has_its_effect),
		cmocka_unit_test(a_byte_after_escape_begins_a_sequence_or_has_no_effect),
		cmocka_unit_test(a_sequence_ends_with_its_first_letter),
		cmocka_unit_test(a_control_byte_ends_a_sequence_and_has_its_effect),
		cmocka_unit_test(a_line_feed_after_a_carriage_return_is_part_of_it),
		cmocka_unit_test(all_four_lines_of_the_history_are_recalled_whole),
		cmocka_unit_test(only_whole_lines_that_differ_from_the_last_are_kept),
		cmocka_unit_test(what_is_too_much_is_not_echoed),
	};

	return unit_run(rules, COUNT_OF(rules));
}
