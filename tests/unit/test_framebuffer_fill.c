/* kernel/console/framebuffer.h: rectangles of each colour, and the edges that become black. */
#include "kernel/console/framebuffer.h"
#include "tests/unit/unit.h"

enum { UNTOUCHED = 0x5A, WIDTH = 50, HEIGHT = 40, RGB = 1 };

static struct framebuffer of_bits(uint8_t bits)
{
	/* position and size of red, green, blue */
	static const uint8_t fields[2][6] = {{16, 8, 8, 8, 0, 8}, {11, 5, 5, 6, 0, 5}};
	struct unit_writer tag = {0};
	struct framebuffer fb;

	unit_put(&tag, 0xE0000000, 8);
	unit_put(&tag, WIDTH * 4 + 8, 4);
	unit_put(&tag, WIDTH, 4);
	unit_put(&tag, HEIGHT, 4);
	unit_put(&tag, bits, 1);
	unit_put(&tag, RGB, 1);
	unit_put(&tag, 0, 2);
	for (unsigned i = 0; i < 6; i++)
		unit_put(&tag, fields[bits == 16][i], 1);
	assert_null(framebuffer_read(unit_written(&tag), &fb));
	return fb;
}

static uint8_t *fresh(const struct framebuffer *fb)
{
	return memset(unit_take(framebuffer_size(fb)), UNTOUCHED, framebuffer_size(fb));
}

static uint32_t pixel(const struct framebuffer *fb, const uint8_t *memory, uint32_t x, uint32_t y)
{
	uint32_t value = 0;

	memcpy(&value, memory + y * fb->pitch + x * fb->pixel_size, fb->pixel_size);
	return value;
}

static void each_colour_has_its_red_green_and_blue(void **state)
{
	static const uint32_t colors[16] = {
		0x000000, 0x0030B0, 0x008020, 0x00A0A0, 0xB81010, 0xA020A0, 0x9A6000, 0xC0C0C0,
		0x606060, 0x6090FF, 0x50E060, 0x50E0E0, 0xFF7060, 0xFF70FF, 0xFFE050, 0xFFFFFF,
	};

	for (unsigned i = 0; i < 16; i++) {
		uint32_t red = colors[i] >> 16, green = colors[i] >> 8 & 0xFF;
		struct framebuffer wide = of_bits(32), three = of_bits(24), narrow = of_bits(16);
		uint8_t *memory = fresh(&wide);

		framebuffer_fill(&wide, memory, 0, 0, 1, 1, i);
		assert_int_equal(pixel(&wide, memory, 0, 0), colors[i]);
		framebuffer_fill(&three, memory, 0, 0, 1, 1, i);
		assert_int_equal(pixel(&three, memory, 0, 0), colors[i]);
		framebuffer_fill(&narrow, memory, 0, 0, 1, 1, i);
		assert_int_equal(pixel(&narrow, memory, 0, 0),
		                 red >> 3 << 11 | green >> 2 << 5 | (colors[i] & 0xFF) >> 3);
	}
}

static void colours_have_up_to_ten_bits_a_part(void **state)
{
	static const struct {
		uint32_t part, expected[10]; /* for 1 to 10 bits */
	} parts[] = {
		/* red of colour 1, green of colour 1, blue of colour 1, and of white */
		{0x00, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
		{0x30, {0, 0, 1, 3, 6, 0xC, 0x18, 0x30, 0x60, 0xC0}},
		{0xB0, {1, 2, 5, 0xB, 0x16, 0x2C, 0x58, 0xB0, 0x160, 0x2C0}},
		{0xFF, {1, 3, 7, 0xF, 0x1F, 0x3F, 0x7F, 0xFF, 0x1FE, 0x3FC}},
	};

	for (uint8_t bits = 1; bits <= 10; bits++) {
		struct framebuffer fb = of_bits(32);
		uint8_t *memory = fresh(&fb);

		fb.red = (struct framebuffer_field){22, bits};
		fb.green = (struct framebuffer_field){11, bits};
		fb.blue = (struct framebuffer_field){0, bits};
		framebuffer_fill(&fb, memory, 0, 0, 1, 1, 1);
		assert_int_equal(pixel(&fb, memory, 0, 0),
		                 parts[0].expected[bits - 1] << 22 |
		                         parts[1].expected[bits - 1] << 11 |
		                         parts[2].expected[bits - 1]);
		framebuffer_fill(&fb, memory, 0, 0, 1, 1, 15);
		assert_int_equal(pixel(&fb, memory, 0, 0),
		                 parts[3].expected[bits - 1] << 22 |
		                         parts[3].expected[bits - 1] << 11 |
		                         parts[3].expected[bits - 1]);
	}
}

static void a_pixel_has_its_bytes_and_no_more(void **state)
{
	static const uint8_t bits[] = {16, 24, 32};

	for (size_t i = 0; i < COUNT_OF(bits); i++) {
		struct framebuffer fb = of_bits(bits[i]);
		uint8_t *memory = fresh(&fb);
		size_t at = 3 * fb.pitch + 5 * (bits[i] / 8u);

		framebuffer_fill(&fb, memory, 5, 3, 1, 1, 0);
		for (size_t byte = 0; byte < framebuffer_size(&fb); byte++)
			assert_int_equal(memory[byte],
			                 byte >= at && byte < at + bits[i] / 8u ? 0 : UNTOUCHED);
	}
}

static void edges_of_large_characters_are_large(void **state)
{
	for (uint32_t scale = 2; scale <= 3; scale++) {
		struct framebuffer fb = of_bits(32);
		uint8_t *memory = fresh(&fb);

		fb.scale = scale;
		framebuffer_clear_edges(&fb, memory, 2, 1);
		for (uint32_t y = 0; y < HEIGHT; y++) {
			for (uint32_t x = 0; x < WIDTH; x++)
				assert_int_equal(pixel(&fb, memory, x, y),
				                 x < 16 * scale && y < 16 * scale ? 0x5A5A5A5A : 0);
		}
	}
}

static void edges_of_text_are_blanks_without_colours(void **state)
{
	struct framebuffer fb = framebuffer_text(0xB8000);
	uint8_t *memory = fresh(&fb);

	framebuffer_clear_edges(&fb, memory, 78, 24);
	for (uint32_t at = 0; at < 80 * 25; at++) {
		bool inside = at % 80 < 78 && at / 80 < 24;

		assert_int_equal(memory[2 * at], inside ? UNTOUCHED : ' ');
		assert_int_equal(memory[2 * at + 1], inside ? UNTOUCHED : 0);
	}
}

static void a_text_cell_is_at_its_column_and_row(void **state)
{
	struct framebuffer fb = framebuffer_text(0xB8000);
	uint8_t *memory = fresh(&fb);

	fb.pitch = 100;
	fb.width = 40;
	framebuffer_draw(&fb, memory, 7, 3, 0x1F41);
	for (size_t at = 0; at < framebuffer_size(&fb); at++)
		assert_int_equal(memory[at], at == 314 ? 0x41 : at == 315 ? 0x1F : UNTOUCHED);
}

static void a_rectangle_is_filled_and_nothing_around_it(void **state)
{
	static const struct {
		uint32_t x, y, width, height;
	} cases[] = {
		{0, 0, WIDTH, HEIGHT},
		{0, 0, 1, 1},
		{3, 5, 7, 11},
		{WIDTH - 1, HEIGHT - 1, 1, 1},
		{10, 10, 0, 5},
		{10, 10, 5, 0},
		{0, HEIGHT - 1, WIDTH, 1},
		{WIDTH - 1, 0, 1, HEIGHT},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct framebuffer fb = of_bits(32);
		uint8_t *memory = fresh(&fb);

		framebuffer_fill(&fb, memory, cases[i].x, cases[i].y, cases[i].width,
		                 cases[i].height, 15);
		for (uint32_t y = 0; y < HEIGHT; y++) {
			for (uint32_t x = 0; x < WIDTH; x++) {
				bool inside = x >= cases[i].x && x < cases[i].x + cases[i].width &&
				              y >= cases[i].y && y < cases[i].y + cases[i].height;

				assert_int_equal(pixel(&fb, memory, x, y),
				                 inside ? 0xFFFFFF : 0x5A5A5A5A);
			}
			for (uint32_t at = WIDTH * 4; at < fb.pitch; at++)
				assert_int_equal(memory[y * fb.pitch + at], UNTOUCHED);
		}
	}
}

static void edges_are_right_of_the_columns_and_below_the_rows(void **state)
{
	for (uint32_t columns = 0; columns <= 6; columns++) {
		for (uint32_t rows = 0; rows <= 2; rows++) {
			struct framebuffer fb = of_bits(32);
			uint8_t *memory = fresh(&fb);

			framebuffer_clear_edges(&fb, memory, columns, rows);
			for (uint32_t y = 0; y < HEIGHT; y++) {
				for (uint32_t x = 0; x < WIDTH; x++)
					assert_int_equal(
						pixel(&fb, memory, x, y),
						x < columns * 8 && y < rows * 16 ? 0x5A5A5A5A : 0);
			}
		}
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(each_colour_has_its_red_green_and_blue),
		cmocka_unit_test(colours_have_up_to_ten_bits_a_part),
		cmocka_unit_test(a_pixel_has_its_bytes_and_no_more),
		cmocka_unit_test(edges_of_large_characters_are_large),
		cmocka_unit_test(edges_of_text_are_blanks_without_colours),
		cmocka_unit_test(a_text_cell_is_at_its_column_and_row),
		cmocka_unit_test(a_rectangle_is_filled_and_nothing_around_it),
		cmocka_unit_test(edges_are_right_of_the_columns_and_below_the_rows),
	};

	return unit_run(rules, COUNT_OF(rules));
}
