/*
 * kernel/console/transcript.h: the colours of each kind of line, which lines are left out, and
 * where a line begins and ends.
 */
#include "kernel/console/transcript.h"
#include "tests/unit/unit.h"

enum { GREY = 0x07, CYAN = 0x0B, RED = 0x0C, YELLOW = 0x0E, COLUMNS = 40, ROWS = 20 };

static struct transcript transcript;

static void put(const char *text)
{
	while (*text != '\0')
		transcript_put(&transcript, *text++);
}

/* Returns the text of the rows in use, and checks that each of its characters has these colours. */
static const char *rows(uint8_t colors)
{
	struct unit_capture *text = unit_capture();
	const struct cells *cells = &transcript.cells;

	for (uint32_t row = 0; row < cells->used; row++) {
		uint32_t size = cells->columns;
		const framebuffer_cell *at =
			&cells->wanted[(cells->top + row) % cells->rows * cells->columns];

		while (size > 0 && at[size - 1] == CELLS_BLANK)
			size--;
		for (uint32_t column = 0; column < size; column++) {
			assert_int_equal(at[column] >> 8, colors);
			text->text.put(&text->text, (char)at[column]);
		}
		text->text.put(&text->text, '|');
	}
	return text->at;
}

static void begin(void)
{
	memset(&transcript, 0xFF, sizeof(transcript));
	transcript_init(&transcript, COLUMNS, ROWS);
}

static void each_kind_of_line_has_its_colours(void **state)
{
	static const struct {
		const char *line;
		uint8_t colors;
	} kinds[] = {
		{"[1] a: error: e", RED},
		{"[1] a: warning: w", YELLOW},
		{"[1] a: hint: h", CYAN},
		{"[1] a: e", GREY},
		{"[1] a: error: ", RED},
		{"[1] a: error:", GREY},
		{"[1] a: xerror: e", GREY},
		{"[1] a: b: error: e", GREY},
		{"[1] a:error: e", GREY},
		{"[1] a:xerror: e", RED},
		{"a: error: e", GREY},
		{"error: e", GREY},
		{": [1] a: error: e", RED},
		{"[1] cpus 0-3: warning: w", YELLOW},
		{"[1] error: e", GREY},
		{"[1]: error: e", RED},
		{"]: hint: h", CYAN},
		{"[1] a:", GREY},
		{"[1] a", GREY},
		{"[1] a: warnings: w", GREY},
		{"[1] a: Error: e", GREY},
		{"[1] a: error: warning: e", RED},
	};

	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct unit_capture *expected = unit_capture();
		size_t size = strlen(kinds[i].line);

		begin();
		put(kinds[i].line);
		assert_string_equal(rows(GREY), "");
		put("\r\n");
		while (kinds[i].line[size - 1] == ' ' && kinds[i].colors == GREY)
			size--;
		text_print(&expected->text, "%.*s|", (int)size, kinds[i].line);
		assert_string_equal(rows(kinds[i].colors), expected->at);
	}
}

static void a_report_is_left_out_from_its_first_line_to_its_last(void **state)
{
	begin();
	put("a\nREPORT 1\nb\nc\nEND 1\nd\n");
	assert_string_equal(rows(GREY), "a|d|");
	put("REPORT\nEND\ne\n");
	assert_string_equal(rows(GREY), "a|d|REPORT|END|e|");
	put("REPORT 1\nf\n [g\n[1] h\ni\n");
	assert_string_equal(rows(GREY), "a|d|REPORT|END|e|[1] h|i|");
	put("xREPORT 1\nj\n");
	assert_string_equal(rows(GREY), "a|d|REPORT|END|e|[1] h|i|xREPORT 1|j|");
	put("END 2\n");
	assert_string_equal(rows(GREY), "a|d|REPORT|END|e|[1] h|i|xREPORT 1|j|END 2|");
}

static void a_verdict_is_shown_in_a_report_too(void **state)
{
	begin();
	put("REPORT 1\nRESULT: PASS\n");
	assert_int_equal(transcript.cells.used, 7);
	assert_true(transcript.in_report);
	put("RESULT: PASS\n RESULT: PASS\n");
	assert_int_equal(transcript.cells.used, 14);
	put("END 1\nRESULT:PASS\n");
	assert_int_equal(transcript.cells.used, 15);
}

static void an_unfinished_line_of_a_report_is_not_shown(void **state)
{
	begin();
	put("REPORT 1\nmachine");
	transcript_show_unfinished(&transcript);
	assert_string_equal(rows(GREY), "");
}

static void a_line_that_is_taken_back_leaves_no_row(void **state)
{
	begin();
	transcript_show_unfinished(&transcript);
	assert_int_equal(transcript.cells.used, 0);
	put("ab");
	transcript_show_unfinished(&transcript);
	assert_string_equal(rows(GREY), "ab|");
	put("\b \b");
	transcript_show_unfinished(&transcript);
	assert_string_equal(rows(GREY), "a|");
	put("\b \b\b \bc\b\b\bd");
	transcript_show_unfinished(&transcript);
	assert_string_equal(rows(GREY), "d|");
	put("\b");
	transcript_show_unfinished(&transcript);
	assert_string_equal(rows(GREY), "|");
	put("e\nf");
	transcript_show_unfinished(&transcript);
	assert_string_equal(rows(GREY), "e|f|");
}

static void only_printable_characters_are_shown(void **state)
{
	begin();
	for (int character = 1; character < 256; character++) {
		if (character != '\n' && character != '\b' && (character < ' ' || character > 0x7F))
			transcript_put(&transcript, (char)character);
	}
	put("~ !\n");
	assert_string_equal(rows(GREY), "~ !|");
}

static void of_a_line_512_characters_are_shown(void **state)
{
	begin();
	for (unsigned i = 0; i < 511; i++)
		put("x");
	put("yz\n");
	/* 12 rows of 40, and 32 characters in the 13th */
	assert_int_equal(transcript.cells.used, 13);
	assert_int_equal(transcript.cells.wanted[511] & 0xFF, 'y');
	assert_int_equal(transcript.cells.wanted[512], CELLS_BLANK);
}

static void nothing_is_left_when_a_screen_begins_again(void **state)
{
	begin();
	put("[1] a: one\nab");
	transcript_show_unfinished(&transcript);
	put("\nREPORT 1\ncd");
	transcript_init(&transcript, COLUMNS, ROWS);
	put("ef\n");
	assert_string_equal(rows(GREY), "ef|");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(each_kind_of_line_has_its_colours),
		cmocka_unit_test(a_report_is_left_out_from_its_first_line_to_its_last),
		cmocka_unit_test(a_verdict_is_shown_in_a_report_too),
		cmocka_unit_test(an_unfinished_line_of_a_report_is_not_shown),
		cmocka_unit_test(a_line_that_is_taken_back_leaves_no_row),
		cmocka_unit_test(only_printable_characters_are_shown),
		cmocka_unit_test(of_a_line_512_characters_are_shown),
		cmocka_unit_test(nothing_is_left_when_a_screen_begins_again),
	};

	return unit_run(rules, COUNT_OF(rules));
}
