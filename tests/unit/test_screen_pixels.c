/*
 * kernel/console/screen.h: what is on a screen of pixels, which the test reads back: the text, how
 * much of it a step takes and draws, and each pixel of the QR code.
 */
#include "kernel/console/font.h"
#include "kernel/console/log.h"
#include "kernel/console/screen.h"
#include "kernel/machine/arch.h"
#include "tests/unit/unit.h"

enum { RGB = 1, PHYS = 0x60000000, UNTOUCHED = 0x5A5A5A, WHITE = 0xFFFFFF, GREY = 0xC0C0C0 };

static uint32_t width, height, *pixels;

uint64_t arch_ticks(void)
{
	return 0;
}

uint64_t arch_entry_ticks(void)
{
	return 0;
}

uint64_t arch_ticks_to_us(uint64_t count)
{
	return count;
}

uint64_t arch_screen_text_phys(void)
{
	return 0;
}

uint64_t arch_map_end(void)
{
	return UINT64_MAX;
}

void *arch_screen_map(uint64_t phys, uint64_t size)
{
	assert_null(pixels);
	assert_int_equal(phys, PHYS);
	assert_int_equal(size, width * height * 4);
	pixels = unit_take(size);
	for (size_t i = 0; i < width * height; i++)
		pixels[i] = UNTOUCHED;
	return pixels;
}

void arch_screen_hide_cursor(void)
{
}

static void choose(uint32_t columns_of_pixels, uint32_t lines, bool code)
{
	static const uint8_t fields[] = {16, 8, 8, 8, 0, 8};
	struct boot_information information = {.efi = true};
	struct unit_writer tag = {0};

	width = columns_of_pixels;
	height = lines;
	unit_put(&tag, PHYS, 8);
	unit_put(&tag, width * 4, 4);
	unit_put(&tag, width, 4);
	unit_put(&tag, height, 4);
	unit_put(&tag, 32 | RGB << 8, 4);
	for (size_t i = 0; i < COUNT(fields); i++)
		unit_put(&tag, fields[i], 1);
	information.framebuffer = unit_written(&tag);
	screen_choose(&information, code);
}

/* Takes and draws until all is shown. Returns how many steps of drawing it took. */
static unsigned show_all(void)
{
	unsigned steps = 0;

	while (screen_take())
		assert_false(screen_all_shown());
	for (; !screen_all_shown(); steps++)
		screen_draw();
	return steps;
}

static void put_lines(unsigned count)
{
	while (count-- > 0)
		text_print(&log_bare, "x\n");
}

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

static void an_unfinished_line_is_shown_when_the_log_has_no_more(void **state)
{
	choose(160, 32, false);
	text_print(&log_bare, "> cpus");
	show_all();
	assert_row(0, "> cpus");
	text_print(&log_bare, " ");
	assert_true(screen_take());
	assert_false(screen_take());
	while (!screen_all_shown())
		screen_draw();
	assert_false(screen_take());
	assert_true(screen_all_shown());
	text_print(&log_bare, "\nok\n");
	show_all();
	assert_row(0, "> cpus");
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

struct square {
	uint32_t width, height;
	unsigned lines; /* of the log */
	uint32_t top, side;
};

static const struct square squares[] = {
	/* a third of 40 columns are 13, of 8 pixels; the verdict takes at most 6 of 15 rows */
	{320, 240, 0, 0, 104},
	{320, 240, 15, 0, 104},
	{320, 240, 100, 0, 104},
	{320, 240, 9, 144, 96},
	/* a third of 128 columns are 42; a verdict of 15 rows */
	{1024, 768, 3, 48, 336},
	{1024, 768, 30, 480, 288},
	{1024, 768, 31, 496, 272},
	{1024, 768, 32, 0, 272},
	{1024, 768, 33, 0, 288},
	/* of 49 rows, 17 are above the verdict, and 17 below it */
	{1024, 784, 32, 0, 272},
	/* at most 60 columns */
	{1432, 496, 0, 0, 472},
	{1440, 496, 0, 0, 480},
	{1464, 496, 0, 0, 480},
	/* characters of 16 by 32 pixels: 53 columns, and 28 rows above the verdict */
	{2560, 1440, 45, 0, 848},
	{2560, 480, 15, 0, 288},
	{2560, 480, 9, 288, 192},
	/* no row is above the verdict, or one */
	{1024, 64, 4, 0, 0},
	{1024, 80, 5, 0, 16},
	{16, 480, 0, 0, 0},
	{24, 480, 0, 0, 8},
};

static void the_code_has_the_largest_square_beside_the_text(void **state)
{
	const struct square *square = *state;

	choose(square->width, square->height, true);
	put_lines(square->lines);
	show_all();
	assert_int_equal(screen_code_room(), square->side / 2);
}

/* Compares each pixel: a module has the side's share of pixels, at most 6; nothing else changes. */
static void check_code(const struct square *square, const struct qr *qr)
{
	uint32_t modules = qr->side + 8, scale = square->side / modules, left;
	size_t size = (size_t)width * height * 4;
	uint32_t *before = memcpy(unit_take(size), pixels, size);

	scale = scale < 6 ? scale : 6;
	left = width - modules * scale;
	screen_draw_code(qr);
	for (uint32_t y = 0; y < height; y++) {
		for (uint32_t x = 0; x < width; x++) {
			uint32_t expected = before[y * width + x];
			uint32_t column = (x - left) / scale, row = (y - square->top) / scale;

			if (x >= left && y >= square->top && row < modules)
				expected = column >= 4 && row >= 4 && column - 4 < qr->side &&
				                           row - 4 < qr->side &&
				                           qr_is_dark(qr, column - 4, row - 4)
				                   ? 0
				                   : WHITE;
			if (pixels[y * width + x] != expected)
				fail_msg("pixel %u, %u", x, y);
		}
	}
}

static void each_module_of_the_code_is_a_square_of_pixels(void **state)
{
	static struct qr qr;
	static char text[QR_TEXT_MAX + 20];
	const struct square *square = *state;
	size_t length = 20;

	memset(text, 'A', sizeof(text));
	choose(square->width, square->height, true);
	put_lines(square->lines);
	show_all();
	/* a long text that fits, which has small modules, and a short one */
	while (qr_make(&qr, text, length + 20) && qr.side + 8 <= screen_code_room())
		length += 20;
	assert_true(qr_make(&qr, text, length));
	check_code(square, &qr);
	assert_true(qr_make(&qr, "ROOTMODE", 8));
	check_code(square, &qr);
}

int main(void)
{
	static const struct CMUnitTest steps[] = {
		cmocka_unit_test(a_step_takes_128_characters_and_draws_8_cells),
		cmocka_unit_test(a_step_compares_256_cells_for_each_that_it_draws),
		cmocka_unit_test(an_unfinished_line_is_shown_when_the_log_has_no_more),
		cmocka_unit_test(an_unfinished_line_is_not_shown_while_there_may_be_more),
		cmocka_unit_test(without_a_code_the_text_has_all_columns),
		cmocka_unit_test(the_text_has_the_columns_left_of_the_code),
	};
	static struct CMUnitTest codes[2 * COUNT(squares)];
	size_t count = 0;

	for (size_t i = 0; i < 5; i++)
		codes[count++] = (struct CMUnitTest)cmocka_unit_test_prestate(
			each_module_of_the_code_is_a_square_of_pixels, (void *)&squares[i]);
	for (size_t i = 0; i < COUNT(squares); i++)
		codes[count++] = (struct CMUnitTest)cmocka_unit_test_prestate(
			the_code_has_the_largest_square_beside_the_text, (void *)&squares[i]);
	return unit_run(steps, COUNT(steps)) || unit_run(codes, count);
}
