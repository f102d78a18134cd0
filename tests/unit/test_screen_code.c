/* kernel/console/screen.h: where the QR code is, how large, and each pixel of it. */
#include "tests/unit/screen_machine.h"

enum { WHITE = 0xFFFFFF };

static void put_lines(unsigned count)
{
	while (count-- > 0)
		text_print(&log_bare, "x\n");
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
	/* of 17 rows, 5 are above the verdict, and 5 below it */
	{320, 272, 12, 0, 80},
	/* a third of 128 columns are 42; a verdict of 15 rows */
	{1024, 768, 3, 48, 336},
	{1024, 768, 30, 480, 288},
	{1024, 768, 31, 496, 272},
	{1024, 768, 32, 0, 272},
	{1024, 768, 33, 0, 288},
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
	static struct CMUnitTest rules[2 * COUNT_OF(squares)];
	size_t count = 0;

	for (size_t i = 0; i < 6; i++)
		rules[count++] = (struct CMUnitTest)cmocka_unit_test_prestate(
			each_module_of_the_code_is_a_square_of_pixels, (void *)&squares[i]);
	for (size_t i = 0; i < COUNT_OF(squares); i++)
		rules[count++] = (struct CMUnitTest)cmocka_unit_test_prestate(
			the_code_has_the_largest_square_beside_the_text, (void *)&squares[i]);
	return unit_run(rules, count);
}
