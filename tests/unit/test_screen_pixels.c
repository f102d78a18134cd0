/*
 * kernel/console/screen.h: the text on a screen of pixels, and how much of it a step takes and
 * draws.
 */
#include "kernel/console/font.h"
#include "tests/unit/screen_machine.h"

enum { GREY = 0xC0C0C0 };

/* Returns the character of grey dots there; 0 if none is drawn. */
static char shown_at(uint32_t column, uint32_t row)
{
	for (int character = '~'; character >= ' '; character--) {
		bool same = true;

		for (uint32_t dot = 0; dot < FONT_WIDTH * FONT_HEIGHT; dot++) {
			uint32_t x = dot % FONT_WIDTH, y = dot / FONT_WIDTH;
			bool on = font_glyph((uint8_t)character)[y] >> (7 - x) & 1;

			same &= pixels[(row * FONT_HEIGHT + y) * width + column * FONT_WIDTH + x] ==
			        (on ? GREY : 0);
		}
		if (same)
			return (char)character;
	}
	return 0;
}

static void assert_row(uint32_t row, const char *text)
{
	for (uint32_t column = 0; column < width / FONT_WIDTH; column++)
		assert_int_equal(shown_at(column, row), column < strlen(text) ? text[column] : ' ');
}

static unsigned drawn(void)
{
	unsigned count = 0;

	for (uint32_t row = 0; row < height / FONT_HEIGHT; row++) {
		for (uint32_t column = 0; column < width / FONT_WIDTH; column++)
			count += shown_at(column, row) != 0;
	}
	return count;
}

static void a_step_takes_128_characters_and_draws_8_cells(void **state)
{
	choose(160, 64, false);
	for (unsigned i = 0; i < 300; i++)
		text_print(&log_bare, i == 255 ? "\n" : "\b");
	assert_false(screen_all_shown());
	for (unsigned steps = 0; steps < 2; steps++) {
		assert_int_equal(screen_position(), 128 * steps);
		assert_true(screen_take());
	}
	assert_true(screen_take());
	assert_int_equal(screen_position(), 300);
	assert_false(screen_take());
	assert_int_equal(drawn(), 0);
	for (unsigned cells = 8; cells <= 80; cells += 8) {
		assert_false(screen_all_shown());
		screen_draw();
		assert_int_equal(drawn(), cells);
	}
	assert_true(screen_all_shown());
}

/* A step that finds nothing to draw in 256 cells ends. Blanks are drawn already. */
static void a_step_compares_256_cells_for_each_that_it_draws(void **state)
{
	choose(256 * FONT_WIDTH, 4 * FONT_HEIGHT, false);
	show_all();
	for (unsigned column = 0; column < 255; column++)
		text_print(&log_bare, " ");
	text_print(&log_bare, "y\n");
	while (screen_take())
		continue;
	screen_draw();
	assert_int_equal(shown_at(255, 0), 'y');
	show_all();
	text_print(&log_bare, "y\n");
	while (screen_take())
		continue;
	screen_draw();
	assert_int_equal(shown_at(0, 1), ' ');
	screen_draw();
	assert_int_equal(shown_at(0, 1), 'y');
}

static void before_the_first_step_nothing_is_shown(void **state)
{
	choose(160, 32, false);
	assert_false(screen_all_shown());
	assert_int_equal(screen_code_room(), 0);
	assert_false(screen_take());
	assert_false(screen_all_shown());
	show_all();
	assert_row(0, "");
}

static void an_unfinished_line_is_shown_when_the_log_has_no_more(void **state)
{
	choose(160, 32, false);
	text_print(&log_bare, "> cpus");
	assert_false(screen_all_shown());
	show_all();
	assert_row(0, "> cpus");
	text_print(&log_bare, "!");
	assert_false(screen_all_shown());
	assert_true(screen_take());
	assert_false(screen_take());
	while (!screen_all_shown())
		screen_draw();
	assert_row(0, "> cpus!");
	assert_false(screen_take());
	assert_true(screen_all_shown());
	text_print(&log_bare, "\nok\n");
	show_all();
	assert_row(0, "> cpus!");
	assert_row(1, "ok");
}

/* 127 characters, then 128: in the second case more may follow, so the line is not shown yet. */
static void an_unfinished_line_is_not_shown_while_there_may_be_more(void **state)
{
	choose(160, 32, false);
	for (unsigned i = 0; i < 127; i++)
		text_print(&log_bare, i < 126 ? "\b" : "a");
	screen_take();
	while (!screen_all_shown())
		screen_draw();
	assert_row(0, "a");
	for (unsigned i = 0; i < 128; i++)
		text_print(&log_bare, i < 127 ? "\x7" : "b");
	screen_take();
	while (!screen_all_shown())
		screen_draw();
	assert_row(0, "a");
}

static void assert_edges_are_black(void)
{
	for (uint32_t i = 0; i < width * height; i++)
		assert_true((i % width < 160 && i / width < 64) || pixels[i] == 0);
}

static void without_a_code_the_text_has_all_columns(void **state)
{
	choose(20 * 8 + 5, 4 * 16 + 3, false);
	text_print(&log_bare, "12345678901234567890\n");
	show_all();
	assert_row(0, "12345678901234567890");
	assert_row(1, "");
	assert_edges_are_black();
}

static void the_text_has_the_columns_left_of_the_code(void **state)
{
	choose(20 * 8 + 5, 4 * 16 + 3, true);
	text_print(&log_bare, "12345678901234567890\n");
	show_all();
	assert_row(0, "12345678901234");
	assert_row(1, "567890");
	assert_edges_are_black();
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_step_takes_128_characters_and_draws_8_cells),
		cmocka_unit_test(a_step_compares_256_cells_for_each_that_it_draws),
		cmocka_unit_test(before_the_first_step_nothing_is_shown),
		cmocka_unit_test(an_unfinished_line_is_shown_when_the_log_has_no_more),
		cmocka_unit_test(an_unfinished_line_is_not_shown_while_there_may_be_more),
		cmocka_unit_test(without_a_code_the_text_has_all_columns),
		cmocka_unit_test(the_text_has_the_columns_left_of_the_code),
	};

	return unit_run(rules, COUNT_OF(rules));
}
