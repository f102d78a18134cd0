/*
 * kernel/console/framebuffer.h: what is read of the loader's tag, at the last value that is
 * accepted and the first that is refused.
 */
#include "kernel/console/font.h"
#include "kernel/console/framebuffer.h"
#include "tests/unit/unit.h"

enum { PALETTE = 0, RGB = 1, TEXT = 2 };

struct tag {
	uint64_t phys;
	uint32_t pitch, width, height;
	uint8_t bits, type;
	uint8_t rest[12]; /* after two reserved bytes: fields or a palette */
	size_t rest_size;
	const char *problem; /* NULL: it can be drawn on */
};

static const char *read_tag(const struct tag *tag, struct framebuffer *fb)
{
	struct unit_writer to = {0};

	unit_put(&to, tag->phys, 8);
	unit_put(&to, tag->pitch, 4);
	unit_put(&to, tag->width, 4);
	unit_put(&to, tag->height, 4);
	unit_put(&to, tag->bits | (uint64_t)tag->type << 8, 4);
	for (size_t i = 0; i < tag->rest_size; i++)
		unit_put(&to, tag->rest[i], 1);
	memset(fb, 0xAA, sizeof(*fb));
	return framebuffer_read(unit_written(&to), fb);
}

static void check(const struct tag *tags, size_t count)
{
	static const struct framebuffer none;

	for (size_t i = 0; i < count; i++) {
		struct framebuffer fb;
		const char *problem = read_tag(&tags[i], &fb);

		if (tags[i].problem == NULL) {
			if (problem != NULL)
				fail_msg("tag %zu: %s", i, problem);
			continue;
		}
		assert_non_null(problem);
		assert_string_equal(problem, tags[i].problem);
		assert_memory_equal(&fb, &none, sizeof(fb));
	}
}

#define FIELDS    {16, 8, 8, 8, 0, 8}, 6
#define FIELDS_16 {11, 5, 5, 6, 0, 5}, 6
#define NOTHING   {0}, 0

static void a_side_has_at_most_32768_pixels(void **state)
{
	static const struct tag tags[] = {
		{4096, 32768 * 4, 32768, 32768, 32, RGB, FIELDS, NULL},
		{4096, 32768 * 4, 32769, 32768, 32, RGB, FIELDS, "implausible size"},
		{4096, 32768 * 4, 32768, 32769, 32, RGB, FIELDS, "implausible size"},
		{4096, 32768 * 4 + 1, 32768, 32768, 32, RGB, FIELDS, "implausible size"},
	};

	check(tags, COUNT_OF(tags));
}

static void a_screen_has_room_for_a_character(void **state)
{
	static const struct tag tags[] = {
		{4096, 8 * 4, 8, 16, 32, RGB, FIELDS, NULL},
		{4096, 8 * 4, 7, 16, 32, RGB, FIELDS, "it has no room for a character"},
		{4096, 8 * 4, 8, 15, 32, RGB, FIELDS, "it has no room for a character"},
		{4096, 2, 1, 1, 16, TEXT, NOTHING, NULL},
		{4096, 2, 0, 1, 16, TEXT, NOTHING, "it has no room for a character"},
		{4096, 2, 1, 0, 16, TEXT, NOTHING, "it has no room for a character"},
	};

	check(tags, COUNT_OF(tags));
}

static void lines_may_touch_but_not_overlap(void **state)
{
	static const struct tag tags[] = {
		{4096, 640 * 4, 640, 480, 32, RGB, FIELDS, NULL},
		{4096, 640 * 4 - 1, 640, 480, 32, RGB, FIELDS, "its lines overlap"},
		{4096, 640 * 3, 640, 480, 24, RGB, FIELDS, NULL},
		{4096, 640 * 3 - 1, 640, 480, 24, RGB, FIELDS, "its lines overlap"},
		{4096, 640, 640, 480, 8, PALETTE, {1, 0, 1, 2, 3}, 5, NULL},
		{4096, 639, 640, 480, 8, PALETTE, {1, 0, 1, 2, 3}, 5, "its lines overlap"},
		{4096, 160, 80, 25, 16, TEXT, NOTHING, NULL},
		{4096, 159, 80, 25, 16, TEXT, NOTHING, "its lines overlap"},
	};

	check(tags, COUNT_OF(tags));
}

static void an_address_is_not_0_and_the_end_is_one(void **state)
{
	static const struct tag tags[] = {
		{1, 160, 80, 25, 16, TEXT, NOTHING, NULL},
		{0, 160, 80, 25, 16, TEXT, NOTHING, "implausible address"},
		{UINT64_MAX - 4000, 160, 80, 25, 16, TEXT, NOTHING, NULL},
		{UINT64_MAX - 3999, 160, 80, 25, 16, TEXT, NOTHING, "implausible address"},
	};

	check(tags, COUNT_OF(tags));
}

static void a_pixel_has_15_to_32_bits(void **state)
{
	static const char problem[] = "unsupported depth: 16, 24 or 32 bits per pixel expected";
	static const struct tag tags[] = {
		{4096, 640 * 2, 640, 480, 14, RGB, FIELDS_16, problem},
		{4096, 640 * 5, 640, 480, 33, RGB, FIELDS, problem},
		{4096, 640 * 5, 640, 480, 0, RGB, FIELDS, problem},
	};
	static const uint8_t sizes[][2] = {{15, 2}, {16, 2}, {17, 3}, {24, 3}, {25, 4}, {32, 4}};

	check(tags, COUNT_OF(tags));
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct tag tag = {4096, 640 * 4, 640, 480, sizes[i][0], RGB, FIELDS_16, NULL};
		struct framebuffer fb;

		assert_null(read_tag(&tag, &fb));
		assert_int_equal(fb.pixel_size, sizes[i][1]);
	}
}

static void a_colour_is_inside_the_pixel(void **state)
{
	static const char problem[] = "a colour lies outside the pixel";
	static const struct tag tags[] = {
		{4096, 640 * 2, 640, 480, 16, RGB, {15, 1, 0, 1, 1, 1}, 6, NULL},
		{4096, 640 * 2, 640, 480, 16, RGB, {15, 2, 0, 1, 1, 1}, 6, problem},
		{4096, 640 * 2, 640, 480, 16, RGB, {16, 1, 0, 1, 1, 1}, 6, problem},
		{4096, 640 * 2, 640, 480, 15, RGB, {0, 1, 0, 16, 1, 1}, 6, NULL},
		{4096, 640 * 2, 640, 480, 16, RGB, {0, 1, 0, 17, 1, 1}, 6, problem},
		{4096, 640 * 4, 640, 480, 32, RGB, {0, 1, 1, 1, 31, 1}, 6, NULL},
		{4096, 640 * 4, 640, 480, 32, RGB, {0, 1, 1, 1, 32, 1}, 6, problem},
		{4096, 640 * 4, 640, 480, 32, RGB, {0, 0, 1, 1, 2, 1}, 6, problem},
		{4096, 640 * 4, 640, 480, 32, RGB, {0, 1, 1, 0, 2, 1}, 6, problem},
		{4096, 640 * 4, 640, 480, 32, RGB, {0, 1, 1, 1, 2, 0}, 6, problem},
	};

	check(tags, COUNT_OF(tags));
}

static void a_palette_has_1_to_256_colours_of_8_bits(void **state)
{
	static const char depth[] = "unsupported depth: 8 bits per pixel expected with a palette";
	static const char count[] = "its palette is empty or too large";
	static const char truncated[] = "it is truncated before its colours";
	static const struct tag tags[] = {
		{4096, 640, 640, 480, 7, PALETTE, {1, 0, 1, 2, 3}, 5, depth},
		{4096, 640, 640, 480, 9, PALETTE, {1, 0, 1, 2, 3}, 5, depth},
		{4096, 640, 640, 480, 8, PALETTE, {0, 0, 1, 2, 3}, 5, count},
		{4096, 640, 640, 480, 8, PALETTE, {1, 1, 1, 2, 3}, 5, count},
		{4096, 640, 640, 480, 8, PALETTE, {0, 1, 1, 2, 3}, 5, truncated},
		{4096, 640, 640, 480, 8, PALETTE, {1}, 1, count},
		{4096, 640, 640, 480, 8, PALETTE, {1, 0, 1, 2}, 4, truncated},
		{4096, 640, 640, 480, 8, PALETTE, {2, 0, 1, 2, 3, 4, 5}, 7, truncated},
		{4096, 640, 640, 480, 8, PALETTE, {2, 0, 1, 2, 3, 4, 5, 6}, 8, NULL},
		{4096, 640, 640, 480, 8, PALETTE, {2, 0, 0, 0, 1, 2, 3, 4, 5, 6}, 10, NULL},
	};

	check(tags, COUNT_OF(tags));
}

static void a_truncated_tag_is_named(void **state)
{
	static const char colours[] = "it is truncated before its colours";
	static const struct tag tags[] = {
		{4096, 640 * 4, 640, 480, 32, RGB, {16, 8, 8, 8, 0}, 5, colours},
		{4096, 640 * 4, 640, 480, 32, RGB, {16, 8, 8, 8}, 4, colours},
		{4096, 640 * 4, 640, 480, 32, RGB, {0}, 0, colours},
		{4096, 640 * 4, 640, 480, 32, TEXT + 1, FIELDS, "its type is unknown"},
	};
	struct framebuffer fb;

	check(tags, COUNT_OF(tags));
	assert_string_equal(framebuffer_read((struct bytes){0}, &fb),
	                    "it is truncated before its type");
}

static void all_of_a_tag_is_read(void **state)
{
	static const struct tag tag = {
		0x123456789ABCDEF0, 0x12344, 0x2301, 0x3402, 32, RGB, FIELDS, NULL};
	struct framebuffer fb;

	assert_null(read_tag(&tag, &fb));
	assert_int_equal(fb.kind, FRAMEBUFFER_RGB);
	assert_int_equal(fb.phys, 0x123456789ABCDEF0);
	assert_int_equal(fb.pitch, 0x12344);
	assert_int_equal(fb.width, 0x2301);
	assert_int_equal(fb.height, 0x3402);
	assert_int_equal(fb.pixel_size, 4);
	assert_int_equal(fb.red.position, 16);
	assert_int_equal(fb.red.size, 8);
	assert_int_equal(fb.green.position, 8);
	assert_int_equal(fb.blue.position, 0);
	assert_int_equal(fb.scale, 7);
	assert_int_equal(framebuffer_size(&fb), 0x12344ull * 0x3402);
	assert_int_equal(framebuffer_columns(&fb), 0x2301 / 56);
	assert_int_equal(framebuffer_rows(&fb), 0x3402 / 112);
}

static void a_dot_is_larger_with_twice_the_columns(void **state)
{
	static const uint32_t scales[][2] = {{8, 1},    {1279, 1}, {1280, 1}, {2559, 1},
	                                     {2560, 2}, {3839, 2}, {3840, 3}};

	for (size_t i = 0; i < COUNT_OF(scales); i++) {
		struct tag tag = {4096, 4 * scales[i][0], scales[i][0], 480, 32, RGB, FIELDS, NULL};
		struct framebuffer fb;

		assert_null(read_tag(&tag, &fb));
		assert_int_equal(fb.scale, scales[i][1]);
	}
}

static void only_pixels_taller_than_wide_are_portrait(void **state)
{
	static const struct tag square = {4096, 640 * 4, 640, 640, 32, RGB, FIELDS, NULL};
	static const struct tag tall = {4096, 640 * 4, 640, 641, 32, RGB, FIELDS, NULL};
	static const struct tag text = {4096, 160, 80, 81, 16, TEXT, NOTHING, NULL};
	struct framebuffer fb;

	assert_null(read_tag(&square, &fb));
	assert_false(framebuffer_is_portrait(&fb));
	assert_null(read_tag(&tall, &fb));
	assert_true(framebuffer_is_portrait(&fb));
	assert_null(read_tag(&text, &fb));
	assert_false(framebuffer_is_portrait(&fb));
}

/* Of two colours that are as near, the first. */
static void the_nearest_colour_is_by_the_squares_of_all_three_parts(void **state)
{
	static const struct {
		uint8_t first[3], second[3];
		uint8_t black, white;
	} cases[] = {
		{{3, 0, 0}, {0, 3, 0}, 0, 0},         {{3, 0, 0}, {2, 2, 1}, 0, 1},
		{{2, 2, 2}, {0, 0, 3}, 1, 0},         {{0, 0, 4}, {2, 2, 2}, 1, 1},
		{{255, 0, 0}, {128, 128, 128}, 1, 1}, {{200, 200, 200}, {255, 255, 100}, 0, 0},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct tag tag = {4096, 640, 640, 480, 8, PALETTE, {2}, 8, NULL};
		struct framebuffer fb;

		memcpy(tag.rest + 2, cases[i].first, 3);
		memcpy(tag.rest + 5, cases[i].second, 3);
		assert_null(read_tag(&tag, &fb));
		assert_int_equal(fb.nearest[0], cases[i].black);
		assert_int_equal(fb.nearest[15], cases[i].white);
	}
}

static void nothing_is_drawn_without_a_framebuffer(void **state)
{
	static const struct framebuffer none;
	uint8_t byte = 0x5A;

	framebuffer_draw(&none, &byte, 0, 0, 0x0741);
	assert_int_equal(byte, 0x5A);
	assert_int_equal(framebuffer_size(&none), 0);
	assert_int_equal(framebuffer_columns(&none), 0);
	assert_int_equal(framebuffer_rows(&none), 0);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_side_has_at_most_32768_pixels),
		cmocka_unit_test(a_screen_has_room_for_a_character),
		cmocka_unit_test(lines_may_touch_but_not_overlap),
		cmocka_unit_test(an_address_is_not_0_and_the_end_is_one),
		cmocka_unit_test(a_pixel_has_15_to_32_bits),
		cmocka_unit_test(a_colour_is_inside_the_pixel),
		cmocka_unit_test(a_palette_has_1_to_256_colours_of_8_bits),
		cmocka_unit_test(a_truncated_tag_is_named),
		cmocka_unit_test(all_of_a_tag_is_read),
		cmocka_unit_test(a_dot_is_larger_with_twice_the_columns),
		cmocka_unit_test(only_pixels_taller_than_wide_are_portrait),
		cmocka_unit_test(the_nearest_colour_is_by_the_squares_of_all_three_parts),
		cmocka_unit_test(nothing_is_drawn_without_a_framebuffer),
	};

	return unit_run(rules, COUNT_OF(rules));
}
