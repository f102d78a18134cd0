/*
 * kernel/console/framebuffer.h: which bytes make a character appear, and that no others are
 * touched.
 */
#include "kernel/console/font.h"
#include "kernel/console/framebuffer.h"
#include "tests/unit/unit.h"

enum { UNTOUCHED = 0x5A, WHITE_ON_BLACK = 0x0F00, PALETTE = 0, RGB = 1, TEXT = 2 };

struct shape {
	uint32_t pitch, width, height;
	uint8_t bits, type;
	uint8_t fields[6]; /* position and size of red, green, blue */
};

static const struct shape usual = {640 * 4, 640, 480, 32, RGB, {16, 8, 8, 8, 0, 8}};

static const char *read_shape(const struct shape *shape, struct framebuffer *fb)
{
	struct unit_writer tag = {0};

	unit_put(&tag, 0xE0000000, 8);
	unit_put(&tag, shape->pitch, 4);
	unit_put(&tag, shape->width, 4);
	unit_put(&tag, shape->height, 4);
	unit_put(&tag, shape->bits, 1);
	unit_put(&tag, shape->type, 1);
	unit_put(&tag, 0, 2);
	for (size_t i = 0; i < COUNT_OF(shape->fields); i++)
		unit_put(&tag, shape->fields[i], 1);
	return framebuffer_read(unit_written(&tag), fb);
}

static uint32_t pixel(const struct framebuffer *fb, const uint8_t *memory, uint32_t x, uint32_t y)
{
	uint32_t value = 0;

	for (uint32_t i = 0; i < fb->pixel_size; i++)
		value |= (uint32_t)memory[y * fb->pitch + x * fb->pixel_size + i] << (8 * i);
	return value;
}

/* Draws 'A' in the second column of the second row, and compares every pixel of the screen. */
static void check_glyph(const struct shape *shape, uint32_t white)
{
	struct framebuffer fb;

	assert_null(read_shape(shape, &fb));
	size_t size = framebuffer_size(&fb);
	uint8_t *memory = unit_take(size);
	uint32_t side = FONT_WIDTH * fb.scale, height = FONT_HEIGHT * fb.scale, untouched = 0;

	memset(memory, UNTOUCHED, size);
	memset(&untouched, UNTOUCHED, fb.pixel_size);
	framebuffer_draw(&fb, memory, 1, 1, WHITE_ON_BLACK | 'A');
	for (uint32_t y = 0; y < fb.height; y++) {
		for (uint32_t x = 0; x < fb.width; x++) {
			uint32_t expected = untouched;

			if (x / side == 1 && y / height == 1) {
				uint32_t dots = font_glyph('A')[(y - height) / fb.scale];

				expected = dots >> (7 - (x - side) / fb.scale) & 1 ? white : 0;
			}
			assert_int_equal(pixel(&fb, memory, x, y), expected);
		}
		for (uint32_t i = fb.width * fb.pixel_size; i < fb.pitch; i++)
			assert_int_equal(memory[y * fb.pitch + i], UNTOUCHED);
	}
}

static void a_glyph_is_drawn_in_any_format(void **state)
{
	static const struct {
		struct shape shape;
		uint32_t white;
	} formats[] = {
		{{64 * 4, 64, 48, 32, RGB, {16, 8, 8, 8, 0, 8}}, 0xFFFFFF},
		{{64 * 4, 64, 48, 32, RGB, {0, 8, 8, 8, 16, 8}}, 0xFFFFFF},
		{{64 * 4 + 13, 64, 48, 32, RGB, {24, 8, 16, 8, 8, 8}}, 0xFFFFFF00},
		{{64 * 4, 64, 48, 32, RGB, {20, 10, 10, 10, 0, 10}}, 0x3FCFF3FC},
		{{70 * 3 + 1, 70, 50, 24, RGB, {16, 8, 8, 8, 0, 8}}, 0xFFFFFF},
		{{70 * 2 + 7, 70, 50, 16, RGB, {11, 5, 5, 6, 0, 5}}, 0xFFFF},
		{{64 * 2, 64, 48, 15, RGB, {10, 5, 5, 5, 0, 5}}, 0x7FFF},
		{{2560 * 2, 2560, 70, 16, RGB, {11, 5, 5, 6, 0, 5}}, 0xFFFF},
	};

	for (size_t i = 0; i < COUNT_OF(formats); i++)
		check_glyph(&formats[i].shape, formats[i].white);
}

/*
 * A palette of this many colours: a near black, red and white, and none of the other VGA
 * colours.
 */
static const char *read_palette(unsigned count, size_t count_size, struct framebuffer *fb)
{
	struct unit_writer tag = {0};

	unit_put(&tag, 0xE0000000, 8);
	unit_put(&tag, 70, 4);
	unit_put(&tag, 64, 4);
	unit_put(&tag, 48, 4);
	unit_put(&tag, 8 | PALETTE << 8, 4);
	unit_put(&tag, count, count_size);
	for (unsigned i = 0; i < count; i++)
		unit_put(&tag,
		         i == 1   ? 0xF0F0F0
		         : i == 2 ? 0x020101
		         : i == 3 ? 0x1010C0
		                  : 0x60FF00,
		         3);
	return framebuffer_read(unit_written(&tag), fb);
}

static void a_palette_lends_its_nearest_colours(void **state)
{
	for (size_t count_size = 2; count_size <= 4; count_size += 2) {
		struct framebuffer fb;

		assert_null(read_palette(256, count_size, &fb));
		uint8_t *memory = unit_take(framebuffer_size(&fb));

		assert_int_equal(fb.nearest[0], 2);
		assert_int_equal(fb.nearest[4], 3);
		assert_int_equal(fb.nearest[15], 1);
		memset(memory, UNTOUCHED, framebuffer_size(&fb));
		framebuffer_draw(&fb, memory, 1, 1, 0x4F00 | 'A');
		for (uint32_t y = 0; y < 48; y++) {
			for (uint32_t x = 0; x < 70; x++) {
				bool inside = x / 8 == 1 && y / 16 == 1;
				bool dot = inside && font_glyph('A')[y - 16] >> (15 - x) & 1;

				assert_int_equal(memory[y * 70 + x], !inside ? UNTOUCHED
				                                     : dot   ? 1
				                                             : 3);
			}
		}
		framebuffer_clear_edges(&fb, memory, 1, 1);
		assert_int_equal(memory[8], 2);
		assert_int_equal(memory[64], UNTOUCHED);
	}
}

static void a_palette_of_one_colour_is_drawn_in_it(void **state)
{
	struct framebuffer fb;

	assert_null(read_palette(1, 2, &fb));
	for (size_t i = 0; i < COUNT_OF(fb.nearest); i++)
		assert_int_equal(fb.nearest[i], 0);
}

static void edges_become_black_and_nothing_else(void **state)
{
	static const struct shape shape = {70 * 4 + 4, 70, 50, 32, RGB, {16, 8, 8, 8, 0, 8}};
	struct framebuffer fb;

	assert_null(read_shape(&shape, &fb));
	uint8_t *memory = unit_take(framebuffer_size(&fb));

	memset(memory, UNTOUCHED, framebuffer_size(&fb));
	framebuffer_clear_edges(&fb, memory, framebuffer_columns(&fb), framebuffer_rows(&fb));
	for (uint32_t y = 0; y < 50; y++) {
		for (uint32_t x = 0; x < 70; x++)
			assert_int_equal(pixel(&fb, memory, x, y),
			                 x < 64 && y < 48 ? 0x5A5A5A5A : 0);
		assert_int_equal(memory[y * fb.pitch + 280], UNTOUCHED);
	}
}

static void text_is_a_cell_of_two_bytes(void **state)
{
	struct framebuffer fb = framebuffer_text(0xB8000);
	uint8_t *memory = unit_take(framebuffer_size(&fb));

	assert_int_equal(framebuffer_size(&fb), 4000);
	assert_int_equal(framebuffer_columns(&fb), 80);
	assert_int_equal(framebuffer_rows(&fb), 25);
	framebuffer_draw(&fb, memory, 79, 24, 0x4F41);
	assert_int_equal(memory[3998], 0x41);
	assert_int_equal(memory[3999], 0x4F);
}

static void large_screens_get_large_characters(void **state)
{
	static const uint32_t shapes[][4] = {
		/* width, height, columns, rows */
		{640, 480, 80, 30},    {1024, 768, 128, 48},  {1366, 768, 170, 48},
		{1920, 1080, 240, 67}, {2560, 1440, 160, 45}, {3840, 2160, 160, 45},
	};

	for (size_t i = 0; i < COUNT_OF(shapes); i++) {
		struct shape shape = usual;
		struct framebuffer fb;

		shape.width = shapes[i][0];
		shape.height = shapes[i][1];
		shape.pitch = shape.width * 4;
		assert_null(read_shape(&shape, &fb));
		assert_int_equal(framebuffer_columns(&fb), shapes[i][2]);
		assert_int_equal(framebuffer_rows(&fb), shapes[i][3]);
	}
}

static void what_cannot_be_drawn_on_is_named(void **state)
{
	static const struct {
		struct shape shape;
		const char *problem;
	} broken[] = {
		{{640, 640, 480, 8, PALETTE, {0}}, "empty or too large"},
		{{640, 640, 480, 8, PALETTE, {1, 1}}, "empty or too large"},
		{{640, 640, 480, 8, PALETTE, {2}}, "truncated before its colours"},
		{{640, 640, 480, 4, PALETTE, {1}}, "unsupported depth: 8 bits"},
		{{639, 640, 480, 8, PALETTE, {1}}, "overlap"},
		{{640, 640, 480, 8, 3, {1}}, "unknown"},
		{{640, 640, 480, 8, RGB, {0, 3, 3, 3, 6, 2}}, "unsupported depth: 16, 24 or 32"},
		{{640 * 5, 640, 480, 40, RGB, {0, 8, 8, 8, 16, 8}},
	         "unsupported depth: 16, 24 or 32"},
		{{640 * 4, 640, 480, 32, RGB, {25, 8, 8, 8, 0, 8}}, "outside the pixel"},
		{{640 * 4, 640, 480, 32, RGB, {255, 255, 8, 8, 0, 8}}, "outside the pixel"},
		{{640 * 4, 640, 480, 32, RGB, {16, 0, 8, 8, 0, 8}}, "outside the pixel"},
		{{640 * 4 - 1, 640, 480, 32, RGB, {16, 8, 8, 8, 0, 8}}, "overlap"},
		{{159, 80, 25, 16, TEXT, {0}}, "overlap"},
		{{640 * 4, 7, 480, 32, RGB, {16, 8, 8, 8, 0, 8}}, "no room"},
		{{640 * 4, 640, 15, 32, RGB, {16, 8, 8, 8, 0, 8}}, "no room"},
		{{160, 0, 0, 16, TEXT, {0}}, "no room"},
		{{0xFFFFFFFF, 640, 480, 32, RGB, {16, 8, 8, 8, 0, 8}}, "implausible size"},
		{{640 * 4, 0xFFFFFFFF, 480, 32, RGB, {16, 8, 8, 8, 0, 8}}, "implausible size"},
		{{640 * 4, 640, 0xFFFFFFFF, 32, RGB, {16, 8, 8, 8, 0, 8}}, "implausible size"},
	};

	for (size_t i = 0; i < COUNT_OF(broken); i++) {
		struct framebuffer fb;
		const char *problem = read_shape(&broken[i].shape, &fb);

		assert_non_null(problem);
		assert_non_null(strstr(problem, broken[i].problem));
		assert_int_equal(fb.kind, FRAMEBUFFER_NONE);
	}
}

static void a_tag_of_any_length_is_read_within_bounds(void **state)
{
	static const uint8_t tag[] = {0, 0,    0, 0xE0, 0, 0,  0,   0, 0, 10, 0, 0, 0x80, 2, 0,
	                              0, 0xE0, 1, 0,    0, 32, RGB, 0, 0, 16, 8, 8, 8,    0, 8};
	struct framebuffer fb;

	for (size_t size = 0; size <= sizeof(tag); size++) {
		bool whole = framebuffer_read(unit_bytes(tag, size), &fb) == NULL;

		assert_int_equal(whole, size == sizeof(tag));
		assert_int_equal(fb.kind, whole ? FRAMEBUFFER_RGB : FRAMEBUFFER_NONE);
	}
}

static void edges_of_a_text_screen_become_spaces(void **state)
{
	static const struct shape shape = {6 * 2, 6, 3, 16, TEXT, {0}};
	struct framebuffer fb;

	assert_null(read_shape(&shape, &fb));
	uint8_t *memory = unit_take(framebuffer_size(&fb));

	memset(memory, UNTOUCHED, framebuffer_size(&fb));
	framebuffer_clear_edges(&fb, memory, 4, 2);
	for (uint32_t row = 0; row < 3; row++) {
		for (uint32_t column = 0; column < 6; column++)
			assert_int_equal(memory[row * 12 + column * 2],
			                 column < 4 && row < 2 ? UNTOUCHED : ' ');
	}
}

int main(void)
{
	const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_glyph_is_drawn_in_any_format),
		cmocka_unit_test(a_palette_lends_its_nearest_colours),
		cmocka_unit_test(a_palette_of_one_colour_is_drawn_in_it),
		cmocka_unit_test(edges_become_black_and_nothing_else),
		cmocka_unit_test(text_is_a_cell_of_two_bytes),
		cmocka_unit_test(large_screens_get_large_characters),
		cmocka_unit_test(what_cannot_be_drawn_on_is_named),
		cmocka_unit_test(a_tag_of_any_length_is_read_within_bounds),
		cmocka_unit_test(edges_of_a_text_screen_become_spaces),
	};

	return unit_run(rules, COUNT_OF(rules));
}
