/*
 * kernel/console/transcript.h: which part of the log is on the screen, and that only changes are
 * drawn.
 */
#include "kernel/console/transcript.h"
#include "tests/unit/unit.h"

enum {
	GREY = 0x07,
	CYAN = 0x0B,
	RED = 0x0C,
	YELLOW = 0x0E,
	ON_GREEN = 0x2F,
	ON_RED = 0x4F,
	ALL = 1 << 20
};

struct display {
	struct transcript transcript;
	framebuffer_cell cells[100][320]; /* as drawn */
	size_t drawn;                     /* how many, lately */
};

static struct display *new_display(uint32_t columns, uint32_t rows)
{
	struct display *display = unit_take(sizeof(*display));

	transcript_init(&display->transcript, columns, rows);
	return display;
}

static void draw(struct display *display)
{
	struct cells_change change;

	display->drawn = 0;
	while (cells_find_change(&display->transcript.cells, ALL, &change)) {
		display->cells[change.row][change.column] = change.cell;
		display->drawn++;
	}
	assert_true(cells_all_shown(&display->transcript.cells));
}

static void put(struct display *display, const char *text)
{
	for (; *text != '\0'; text++)
		transcript_put(&display->transcript, *text);
	draw(display);
}

/* The row has exactly this text, in these colours; blanks may follow. */
static void assert_row(const struct display *display, uint32_t row, const char *text,
                       uint8_t colors)
{
	for (uint32_t column = 0; column < display->transcript.cells.columns; column++) {
		framebuffer_cell cell = display->cells[row][column];
		bool in_text = column < strlen(text);

		assert_int_equal(cell & 0xFF, in_text ? text[column] : ' ');
		if (in_text)
			assert_int_equal(cell >> 8, colors);
	}
}

static void lines_come_in_below_and_push_the_oldest_out(void **state)
{
	struct display *display = new_display(20, 3);

	put(display, "[1] a: one\r\n[2] b: two\r\n");
	assert_row(display, 0, "[1] a: one", GREY);
	assert_row(display, 1, "[2] b: two", GREY);
	assert_row(display, 2, "", GREY);
	put(display, "[3] c: three\r\n[4] d: four\r\n");
	assert_row(display, 0, "[2] b: two", GREY);
	assert_row(display, 1, "[3] c: three", GREY);
	assert_row(display, 2, "[4] d: four", GREY);
}

static void only_what_differs_is_drawn(void **state)
{
	struct display *display = new_display(20, 3);

	draw(display);
	assert_int_equal(display->drawn, 60);
	put(display, "[1] a: one\r\n");
	assert_int_equal(display->drawn, strlen("[1]a:one"));
	put(display, "");
	assert_int_equal(display->drawn, 0);
	put(display, "[1] a: one\r\n[1] a: one\r\n");
	put(display, "[1] a: one\r\n");
	assert_int_equal(display->drawn, 0);
}

static void a_long_line_is_broken_between_words(void **state)
{
	struct display *display = new_display(20, 4);

	put(display, "[1] a: a long line of many words\r\n");
	assert_row(display, 0, "[1] a: a long line ", GREY);
	assert_row(display, 1, "of many words", GREY);
	put(display, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n");
	assert_row(display, 2, "aaaaaaaaaaaaaaaaaaaa", GREY);
	assert_row(display, 3, "aaaaaaaaa", GREY);
}

static void warnings_errors_and_hints_have_colors(void **state)
{
	struct display *display = new_display(40, 5);

	put(display,
	    "[1] a: warning: w\n[1] cpu 0: error: e\n[1] cpus 0-3: hint: h\n[1] a: no error: x\n");
	assert_row(display, 0, "[1] a: warning: w", YELLOW);
	assert_row(display, 1, "[1] cpu 0: error: e", RED);
	assert_row(display, 2, "[1] cpus 0-3: hint: h", CYAN);
	assert_row(display, 3, "[1] a: no error: x", GREY);
}

static void the_report_is_left_out(void **state)
{
	struct display *display = new_display(20, 5);

	put(display, "[1] a: one\nREPORT 1 lines=1\nmachine cpus=1\nEND crc32=0x0\nok\n");
	assert_row(display, 0, "[1] a: one", GREY);
	assert_row(display, 1, "ok", GREY);
	put(display, "REPORT 1 lines=2\nmachine c\n[2] a: two\n");
	assert_row(display, 2, "[2] a: two", GREY);
}

static void an_unfinished_line_is_shown_and_edited(void **state)
{
	struct display *display = new_display(10, 3);

	put(display, "> msr 0x10");
	assert_row(display, 0, "", GREY);
	transcript_show_unfinished(&display->transcript);
	draw(display);
	assert_row(display, 0, "> msr 0x10", GREY);
	put(display, "0");
	transcript_show_unfinished(&display->transcript);
	draw(display);
	assert_row(display, 0, "> msr ", GREY);
	assert_row(display, 1, "0x100", GREY);
	put(display, "\b \b\b \b");
	transcript_show_unfinished(&display->transcript);
	draw(display);
	assert_row(display, 0, "> msr 0x1", GREY);
	assert_row(display, 1, "", GREY);
	put(display, "\nok\n");
	assert_row(display, 0, "> msr 0x1", GREY);
}

/* The verdict's bar: how many rows at the bottom have its colours from side to side. */
static uint32_t bar_rows(const struct display *display, uint8_t colors)
{
	const struct cells *cells = &display->transcript.cells;
	uint32_t count = 0;

	for (uint32_t row = cells->rows; row > 0; row--, count++) {
		for (uint32_t column = 0; column < cells->columns; column++) {
			if (display->cells[row - 1][column] >> 8 != colors)
				return count;
		}
	}
	return count;
}

static void the_verdict_is_a_bar_with_large_letters(void **state)
{
	static const struct {
		uint32_t columns, rows, bar;
	} shapes[] = {{80, 25, 7}, {128, 48, 15}, {240, 67, 19}, {20, 25, 3}, {80, 3, 3}};

	for (size_t i = 0; i < COUNT_OF(shapes); i++) {
		struct display *display = new_display(shapes[i].columns, shapes[i].rows);
		uint32_t indent = (shapes[i].columns - 12) / 2;
		uint32_t last = shapes[i].rows - 1;

		for (uint32_t line = 0; line < shapes[i].rows; line++)
			put(display, "[1] a: one\n");
		put(display, "RESULT: PASS\r\n");
		assert_int_equal(bar_rows(display, ON_GREEN), shapes[i].bar);
		for (uint32_t at = 0; at < 12; at++)
			assert_int_equal(display->cells[last][indent + at] & 0xFF,
			                 "RESULT: PASS"[at]);
	}
}

static void the_bar_has_the_verdicts_color(void **state)
{
	static const struct {
		const char *line;
		uint8_t colors;
	} verdicts[] = {
		{"RESULT: FAIL ap-timeout\n", ON_RED},  {"RESULT: ERROR panic\n", ON_RED},
		{"RESULT: PASS\n", ON_GREEN},           {"RESULT: OBSERVED PASS\n", 0x1F},
		{"RESULT: UNSUPPORTED no-vmx\n", 0x6F}, {"RESULT: BLOCKED x\n", 0x6F},
		{"RESULT: whatever\n", 0x1F},           {"RESULT: \n", 0x1F},
	};

	for (size_t i = 0; i < COUNT_OF(verdicts); i++) {
		struct display *display = new_display(80, 7);

		put(display, "[1] a: one\n[1] a: one\n[1] a: one\n[1] a: one\n");
		put(display, verdicts[i].line);
		assert_true(bar_rows(display, verdicts[i].colors) >= 3);
	}
}

static void any_shape_and_any_text_stay_inside(void **state)
{
	static const uint32_t sides[] = {0, 1, 2, 7, 80, 321, 5000, 70000};
	struct transcript *transcript = unit_take(sizeof(*transcript));
	uint32_t random = 1;

	for (size_t i = 0; i < COUNT_OF(sides) * COUNT_OF(sides); i++) {
		struct cells_change change;

		transcript_init(transcript, sides[i / COUNT_OF(sides)], sides[i % COUNT_OF(sides)]);
		assert_true(transcript->cells.columns * transcript->cells.rows <= CELLS_MAX);
		for (int at = 0; at < 3000; at++) {
			transcript_put(transcript, (char)(unit_random(&random) >> 8));
			if (at % 7 == 0)
				transcript_show_unfinished(transcript);
		}
		for (const char *c = "\nRESULT: UNSUPPORTED x\n"; *c != '\0'; c++)
			transcript_put(transcript, *c);
		while (cells_find_change(&transcript->cells, ALL, &change)) {
			assert_true(change.column < transcript->cells.columns);
			assert_true(change.row < transcript->cells.rows);
		}
	}
}

int main(void)
{
	const struct CMUnitTest rules[] = {
		cmocka_unit_test(lines_come_in_below_and_push_the_oldest_out),
		cmocka_unit_test(only_what_differs_is_drawn),
		cmocka_unit_test(a_long_line_is_broken_between_words),
		cmocka_unit_test(warnings_errors_and_hints_have_colors),
		cmocka_unit_test(the_report_is_left_out),
		cmocka_unit_test(an_unfinished_line_is_shown_and_edited),
		cmocka_unit_test(the_verdict_is_a_bar_with_large_letters),
		cmocka_unit_test(the_bar_has_the_verdicts_color),
		cmocka_unit_test(any_shape_and_any_text_stay_inside),
	};

	return unit_run(rules, COUNT_OF(rules));
}
