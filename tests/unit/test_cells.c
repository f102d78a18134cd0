/* kernel/console/cells.h: rows that wrap and scroll, and which cells are drawn. */
#include "kernel/console/cells.h"
#include "tests/unit/unit.h"

enum { COLORS = 0x2F };

static struct cells cells;

static void begin_of(uint32_t columns, uint32_t rows)
{
	memset(&cells, 0xAA, sizeof(cells));
	cells_init(&cells, columns, rows);
}

/* Draws all that is to be drawn, and returns the screen; a cell that was never drawn is ?. */
static const char *drawn(void)
{
	static char screen[64 * 65];
	struct unit_capture *lines = unit_capture();
	struct cells_change change;

	for (size_t i = 0; i < cells.columns * cells.rows; i++)
		screen[i] = screen[i] != '\0' ? screen[i] : '?';
	while (!cells_all_shown(&cells)) {
		if (cells_find_change(&cells, 3, &change))
			screen[change.row * cells.columns + change.column] =
				change.cell == CELLS_BLANK ? '.' : (char)(uint8_t)change.cell;
	}
	for (uint32_t row = 0; row < cells.rows; row++)
		text_print(&lines->text, "%.*s|", (int)cells.columns, screen + row * cells.columns);
	return lines->at;
}

static uint32_t put(uint32_t replaced, const char *text)
{
	return cells_put_text(&cells, replaced, unit_string_bytes(text), COLORS);
}

static void a_screen_has_at_most_as_many_cells_as_there_is_room_for(void **state)
{
	static const struct {
		uint32_t columns, rows, expected_columns, expected_rows;
	} sizes[] = {
		{80, 25, 80, 25},
		{240, 67, 240, 67},
		{240, 69, 240, 68},
		{319, 51, 319, 51},
		{320, 51, 320, 51},
		{321, 10, 320, 10},
		{320, 52, 320, 51},
		{1, 20000, 1, 16384},
		{128, 128, 128, 128},
		{128, 129, 128, 128},
		{0, 25, 0, 0},
		{80, 0, 80, 0},
		{UINT32_MAX, UINT32_MAX, 320, 51},
	};

	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct cells_change change;

		begin_of(sizes[i].columns, sizes[i].rows);
		assert_int_equal(cells.columns, sizes[i].expected_columns);
		assert_int_equal(cells.text_columns, sizes[i].expected_columns);
		assert_int_equal(cells.rows, sizes[i].expected_rows);
		assert_int_equal(cells.used | cells.top | cells.at, 0);
		assert_int_equal(cells.left, cells.columns * cells.rows);
		for (uint32_t n = 0; n < cells.columns * cells.rows; n++)
			assert_true(cells_find_change(&cells, 1, &change) &&
			            change.cell == CELLS_BLANK);
		assert_true(cells_all_shown(&cells));
	}
}

static void without_rows_no_text_is_put(void **state)
{
	begin_of(80, 0);
	assert_int_equal(put(0, "text"), 0);
	assert_int_equal(put(3, "text"), 0);
}

static void text_is_wrapped_behind_a_space_in_the_second_half(void **state)
{
	begin_of(6, 8);
	assert_int_equal(put(0, "a"), 1);
	assert_int_equal(put(0, "bcdefg"), 1);
	assert_int_equal(put(0, "ab cdefg"), 2);
	assert_int_equal(put(0, "abc defg"), 2);
	assert_int_equal(put(0, "abcde fg"), 2);
	assert_string_equal(drawn(), "a.....|bcdefg|ab cde|fg....|abc .."
	                             "|defg..|abcde |fg....|");
}

static void the_last_rows_are_replaced_as_far_as_there_are_any(void **state)
{
	begin_of(4, 3);
	assert_int_equal(put(5, "one"), 1);
	assert_string_equal(drawn(), "one.|....|....|");
	assert_int_equal(put(5, "two four"), 2);
	assert_string_equal(drawn(), "two |four|....|");
	assert_int_equal(put(1, "x"), 1);
	assert_string_equal(drawn(), "two |x...|....|");
	assert_int_equal(put(2, "y"), 2);
	assert_string_equal(drawn(), "y...|....|....|");
	assert_int_equal(put(0, ""), 0);
}

static void a_full_screen_scrolls(void **state)
{
	begin_of(3, 2);
	for (int c = 'a'; c < 'g'; c++) {
		const char text[] = {(char)c, '\0'};

		put(0, text);
	}
	assert_string_equal(drawn(), "e..|f..|");
	put(2, "ghijkl");
	assert_string_equal(drawn(), "ghi|jkl|");
}

static void no_more_cells_are_compared_than_asked_for(void **state)
{
	struct cells_change change;

	begin_of(4, 2);
	while (cells_find_change(&cells, 1, &change))
		continue;
	put(0, "abcd");
	assert_false(cells_find_change(&cells, 0, &change));
	assert_int_equal(cells.left, 8);
	for (uint32_t column = 0; column < 4; column++) {
		assert_true(cells_find_change(&cells, 1, &change));
		assert_int_equal(change.column, column);
		assert_int_equal(change.row, 0);
		assert_int_equal(change.cell, COLORS << 8 | (uint32_t)"abcd"[column]);
	}
	assert_false(cells_find_change(&cells, 3, &change));
	assert_int_equal(cells.left, 1);
	assert_false(cells_find_change(&cells, 3, &change));
	assert_true(cells_all_shown(&cells));
	assert_false(cells_find_change(&cells, 100, &change));
}

/* A panic may begin the screen again, which the CPU that it stopped may have drawn. */
static void a_screen_that_begins_again_is_drawn_again(void **state)
{
	struct cells_change change;

	begin_of(4, 2);
	drawn();
	cells_init(&cells, 4, 2);
	for (uint32_t i = 0; i < 4 * 2; i++) {
		assert_true(cells_find_change(&cells, 1, &change));
		assert_int_equal(change.row * 4 + change.column, i);
		assert_int_equal(change.cell, CELLS_BLANK);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_screen_has_at_most_as_many_cells_as_there_is_room_for),
		cmocka_unit_test(without_rows_no_text_is_put),
		cmocka_unit_test(text_is_wrapped_behind_a_space_in_the_second_half),
		cmocka_unit_test(the_last_rows_are_replaced_as_far_as_there_are_any),
		cmocka_unit_test(a_full_screen_scrolls),
		cmocka_unit_test(no_more_cells_are_compared_than_asked_for),
		cmocka_unit_test(a_screen_that_begins_again_is_drawn_again),
	};

	return unit_run(rules, COUNT_OF(rules));
}
