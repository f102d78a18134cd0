/* kernel/console/banner.h: the whole picture, dot by dot, at each size. */
#include "kernel/console/banner.h"
#include "kernel/console/font.h"
#include "tests/unit/unit.h"

/* The rows of a capital that have dots, and its columns. */
enum { TOP = 1, BOTTOM = 9, WIDTH = 6 };

static struct cells cells;

/* Returns the character in a row of the screen, of which the first is 0, and its colors. */
static framebuffer_cell cell_at(uint32_t row, uint32_t column)
{
	return cells.wanted[(cells.top + row) % cells.rows * cells.columns + column];
}

/* Returns the screen as text; a full block is #, an upper half ", a lower half _. */
static const char *picture(void)
{
	struct unit_capture *lines = unit_capture();

	for (uint32_t row = 0; row < cells.used; row++) {
		for (uint32_t column = 0; column < cells.columns; column++) {
			uint8_t character = (uint8_t)cell_at(row, column);

			text_print(&lines->text, "%c",
			           character == FONT_FULL_BLOCK   ? '#'
			           : character == FONT_UPPER_HALF ? '"'
			           : character == FONT_LOWER_HALF ? '_'
			           : character == ' '             ? '.'
			                                          : (char)character);
		}
		text_print(&lines->text, "\n");
	}
	return lines->at;
}

static void add(uint32_t columns, uint32_t rows, const char *line)
{
	memset(&cells, 0, sizeof(cells));
	cells_init(&cells, columns, rows);
	banner_add(&cells, unit_string_bytes(line));
}

static void a_word_can_be_read_on_the_screen(void **state)
{
	add(36, 16, "RESULT: PASS");
	assert_string_equal(picture(), "....................................\n"
	                               "......#\"\"\"_._\"\"\"_._\"\"\"\"._\"\"\"\".......\n"
	                               "......#...#.#...#.\"___..\"___........\n"
	                               "......#\"\"\"..#\"\"\"#.....#.....#.......\n"
	                               "......#.....#...#.____\".____\".......\n"
	                               "....................................\n"
	                               "............RESULT:.PASS............\n");
}

/* Returns whether the word has a dot there, drawn dot by dot: a dot of the font is a square. */
static bool has_dot(const char *word, uint32_t scale, uint32_t x, uint32_t y)
{
	for (uint32_t i = 0; word[i] != '\0'; i++) {
		for (uint32_t row = TOP; row < BOTTOM; row++) {
			for (uint32_t column = 0; column < WIDTH; column++) {
				uint32_t left = (WIDTH * i + column) * scale,
					 top = (row - TOP) * scale;

				if (word[i] >= 'A' && word[i] <= 'Z' && x >= left &&
				    x < left + scale && y >= top && y < top + scale)
					return font_capitals[word[i] - 'A'][row] & 0x80 >> column;
			}
		}
	}
	return false;
}

static char block(bool upper, bool lower)
{
	return upper && lower ? '#' : upper ? '"' : lower ? '_' : '.';
}

/* The largest of four sizes that fits, in the middle, in a quarter of the height. */
static void check(uint32_t columns, uint32_t rows, const char *word, const char *line)
{
	struct unit_capture *expected = unit_capture();
	uint32_t size = (uint32_t)strlen(word), scale = 4, indent, length = (uint32_t)strlen(line);

	while (scale > 0 && (WIDTH * size * scale > columns || 4 * scale > rows / 4))
		scale--;
	indent = (columns - WIDTH * size * scale) / 2;
	for (uint32_t row = 0; row < 4 * scale + 2; row++) {
		for (uint32_t column = 0; column < columns; column++) {
			bool inside = row > 0 && row <= 4 * scale && column >= indent;
			uint32_t x = column - indent, y = 2 * (row - 1);

			text_print(&expected->text, "%c",
			           inside ? block(has_dot(word, scale, x, y),
			                          has_dot(word, scale, x, y + 1))
			                  : '.');
		}
		text_print(&expected->text, "\n");
	}
	length = length < columns ? length : columns;
	for (uint32_t column = 0; column < columns; column++) {
		uint32_t x = column - (columns - length) / 2;
		char character = x < length ? line[x] : ' ';

		text_print(&expected->text, "%c", character == ' ' ? '.' : character);
	}
	text_print(&expected->text, "\n");
	add(columns, rows, line);
	assert_string_equal(picture(), expected->at);
}

static void each_size_of_screen_has_its_size_of_letters(void **state)
{
	static const struct {
		uint32_t columns, rows;
	} sizes[] = {
		{24, 16},  {23, 16},   {25, 16}, {24, 15}, {48, 32}, {47, 32}, {48, 31},  {72, 48},
		{71, 48},  {72, 47},   {96, 64}, {95, 64}, {96, 63}, {80, 25}, {128, 64}, {240, 67},
		{160, 80}, {160, 100}, {12, 10}, {11, 10}, {10, 10}, {1, 8},
	};

	for (size_t i = 0; i < COUNT_OF(sizes); i++)
		check(sizes[i].columns, sizes[i].rows, "PASS", "RESULT: PASS");
}

static void each_letter_is_drawn_and_no_other_character(void **state)
{
	check(240, 64, "ABCDEFGHIJKLM", "RESULT: ABCDEFGHIJKLM no-vmx");
	check(240, 64, "NOPQRSTUVWXYZ", "RESULT: NOPQRSTUVWXYZ");
	check(240, 64, "A@Z[A", "RESULT: A@Z[A");
	check(80, 25, "", "RESULT:  PASS");
	check(80, 25, "", "no result");
}

static void each_verdict_has_its_colors_in_all_cells(void **state)
{
	static const struct {
		const char *line;
		uint8_t colors;
	} verdicts[] = {
		{"RESULT: PASS", 0x2F},
		{"RESULT: OBSERVED PASS", 0x1F},
		{"RESULT: UNSUPPORTED no", 0x6F},
		{"RESULT: BLOCKED smx", 0x6F},
		{"RESULT: FAIL vmcs", 0x4F},
		{"RESULT: ERROR panic", 0x4F},
		{"RESULT: PASSED", 0x1F},
		{"RESULT: ", 0x1F},
		{"none", 0x1F},
	};

	for (size_t i = 0; i < COUNT_OF(verdicts); i++) {
		add(80, 25, verdicts[i].line);
		for (uint32_t row = 0; row < cells.used; row++) {
			for (uint32_t column = 0; column < cells.columns; column++)
				assert_int_equal(cell_at(row, column) >> 8, verdicts[i].colors);
		}
	}
}

static void a_banner_takes_at_most_a_quarter_and_three_rows(void **state)
{
	for (uint32_t rows = 0; rows < 100; rows++) {
		assert_int_equal(banner_rows_max(rows), rows / 4 + 3);
		add(240, rows, "RESULT: FAIL");
		assert_true(cells.used <= banner_rows_max(rows));
	}
}

/* The rows are a ring: after the last row of the banner comes the first row of the screen. */
static void the_rows_above_stay_as_they_are(void **state)
{
	memset(&cells, 0, sizeof(cells));
	cells_init(&cells, 36, 16);
	for (unsigned i = 0; i < 20; i++)
		cells_put_text(&cells, 0, unit_string_bytes("x"), 0x07);
	banner_add(&cells, unit_string_bytes("RESULT: PASS"));
	assert_int_equal(cells.used, 16);
	for (uint32_t row = 0; row < 16 - 7; row++) {
		for (uint32_t column = 0; column < 36; column++)
			assert_int_equal(cell_at(row, column),
			                 column == 0 ? 0x07 << 8 | 'x' : CELLS_BLANK);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_word_can_be_read_on_the_screen),
		cmocka_unit_test(each_size_of_screen_has_its_size_of_letters),
		cmocka_unit_test(each_letter_is_drawn_and_no_other_character),
		cmocka_unit_test(each_verdict_has_its_colors_in_all_cells),
		cmocka_unit_test(the_rows_above_stay_as_they_are),
		cmocka_unit_test(a_banner_takes_at_most_a_quarter_and_three_rows),
	};

	return unit_run(rules, COUNT_OF(rules));
}
