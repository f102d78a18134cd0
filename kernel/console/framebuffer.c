#include "kernel/console/framebuffer.h"

#include "kernel/console/font.h"

enum {
	TAG_ADDRESS = 0,
	TAG_PITCH = 8,
	TAG_WIDTH = 12,
	TAG_HEIGHT = 16,
	TAG_PIXEL_BITS = 20,
	TAG_TYPE = 21,
	TAG_FIELDS = 24, /* position and size of red, of green, of blue */
	TAG_COLORS = 24, /* of a palette: how many, then red, green and blue of each */
	COLOR_SIZE = 3,
	COLORS_MAX = 256,
	TYPE_PALETTE = 0,
	TYPE_RGB = 1,
	TYPE_TEXT = 2,
	COLUMNS_WANTED = 160, /* with room for twice as many, a dot is 2 by 2 pixels */
	SIDE_MAX = 1 << 15,
	PIXEL_SIZE_MAX = 4,
	TEXT_CELL_SIZE = 2,
	TEXT_COLUMNS = 80,
	TEXT_ROWS = 25,
};

/* The 16 colours of VGA text mode, as red, green and blue. */
static const uint8_t palette[16][3] = {
	{0x00, 0x00, 0x00}, {0x00, 0x30, 0xB0}, {0x00, 0x80, 0x20}, {0x00, 0xA0, 0xA0},
	{0xB8, 0x10, 0x10}, {0xA0, 0x20, 0xA0}, {0x9A, 0x60, 0x00}, {0xC0, 0xC0, 0xC0},
	{0x60, 0x60, 0x60}, {0x60, 0x90, 0xFF}, {0x50, 0xE0, 0x60}, {0x50, 0xE0, 0xE0},
	{0xFF, 0x70, 0x60}, {0xFF, 0x70, 0xFF}, {0xFF, 0xE0, 0x50}, {0xFF, 0xFF, 0xFF},
};

static bool is_field(const struct framebuffer_field *field, uint32_t pixel_bits)
{
	return field->size > 0 && field->position + field->size <= pixel_bits;
}

/* Returns the square of the difference: it needs no sign, so unsigned wrap-around does no harm. */
static uint32_t color_distance(uint32_t a, uint32_t b)
{
	return (a - b) * (a - b);
}

/* Returns the index of the palette's colour that is nearest to the wanted one. */
static uint8_t find_nearest(struct bytes colors, const uint8_t *wanted)
{
	uint32_t least = UINT32_MAX;
	size_t nearest = 0;

	for (size_t i = 0; i < colors.size / COLOR_SIZE; i++) {
		uint32_t sum = 0;

		for (size_t part = 0; part < COLOR_SIZE; part++) {
			uint8_t value;

			bytes_u8(colors, i * COLOR_SIZE + part, &value);
			sum += color_distance(value, wanted[part]);
		}
		if (sum < least) {
			least = sum;
			nearest = i;
		}
	}
	return (uint8_t)nearest;
}

/*
 * The number of colours has four bytes in Multiboot2 3.6.12 "Framebuffer info", but GRUB writes
 * two. The first form is two bytes longer, so it is tried first.
 */
static const char *read_palette(struct bytes tag, struct framebuffer *fb)
{
	struct bytes colors;
	uint16_t count;
	uint8_t bits;

	bytes_u8(tag, TAG_PIXEL_BITS, &bits);
	if (bits != 8)
		return "unsupported depth: 8 bits per pixel expected with a palette";
	if (!bytes_u16(tag, TAG_COLORS, &count) || count == 0 || count > COLORS_MAX)
		return "its palette is empty or too large";
	if (!bytes_slice(tag, TAG_COLORS + 4, (size_t)count * COLOR_SIZE, &colors) &&
	    !bytes_slice(tag, TAG_COLORS + 2, (size_t)count * COLOR_SIZE, &colors))
		return "it is truncated before its colours";
	for (unsigned i = 0; i < 16; i++)
		fb->nearest[i] = find_nearest(colors, palette[i]);
	fb->pixel_size = 1;
	return NULL;
}

static const char *read_pixels(struct bytes tag, struct framebuffer *fb)
{
	struct framebuffer_field *const fields[] = {&fb->red, &fb->green, &fb->blue};
	uint8_t bits;

	bytes_u8(tag, TAG_PIXEL_BITS, &bits);
	if (bits < 15 || bits > 32)
		return "unsupported depth: 16, 24 or 32 bits per pixel expected";
	fb->pixel_size = (uint8_t)((bits + 7) / 8);
	for (size_t i = 0; i < 3; i++) {
		if (!bytes_u8(tag, TAG_FIELDS + 2 * i, &fields[i]->position) ||
		    !bytes_u8(tag, TAG_FIELDS + 2 * i + 1, &fields[i]->size))
			return "it is truncated before its colours";
		if (!is_field(fields[i], 8u * fb->pixel_size))
			return "a colour lies outside the pixel";
	}
	return NULL;
}

static const char *framebuffer_read_tag(struct bytes tag, struct framebuffer *fb)
{
	const char *problem;
	uint8_t type;

	if (!bytes_u8(tag, TAG_TYPE, &type))
		return "it is truncated before its type";
	bytes_u64(tag, TAG_ADDRESS, &fb->phys);
	bytes_u32(tag, TAG_PITCH, &fb->pitch);
	bytes_u32(tag, TAG_WIDTH, &fb->width);
	bytes_u32(tag, TAG_HEIGHT, &fb->height);
	if (type > TYPE_TEXT)
		return "its type is unknown";
	if (fb->width > SIDE_MAX || fb->height > SIDE_MAX || fb->pitch > PIXEL_SIZE_MAX * SIDE_MAX)
		return "implausible size";
	problem = type == TYPE_RGB       ? read_pixels(tag, fb)
	          : type == TYPE_PALETTE ? read_palette(tag, fb)
	                                 : NULL;
	if (problem != NULL)
		return problem;
	fb->kind = type == TYPE_TEXT ? FRAMEBUFFER_TEXT : FRAMEBUFFER_RGB;
	fb->scale = fb->width / (COLUMNS_WANTED * FONT_WIDTH);
	if (fb->scale == 0)
		fb->scale = 1;
	if (framebuffer_columns(fb) == 0 || framebuffer_rows(fb) == 0)
		return "it has no room for a character";
	if (fb->width * (type == TYPE_TEXT ? TEXT_CELL_SIZE : fb->pixel_size) > fb->pitch)
		return "its lines overlap";
	if (fb->phys == 0 || fb->phys + framebuffer_size(fb) < fb->phys)
		return "implausible address";
	return NULL;
}

const char *framebuffer_read(struct bytes tag, struct framebuffer *fb)
{
	const char *problem;

	*fb = (struct framebuffer){0};
	problem = framebuffer_read_tag(tag, fb);
	if (problem != NULL)
		*fb = (struct framebuffer){0};
	return problem;
}

struct framebuffer framebuffer_text(uint64_t phys)
{
	return (struct framebuffer){
		.kind = FRAMEBUFFER_TEXT,
		.phys = phys,
		.pitch = TEXT_COLUMNS * TEXT_CELL_SIZE,
		.width = TEXT_COLUMNS,
		.height = TEXT_ROWS,
	};
}

bool framebuffer_is_portrait(const struct framebuffer *fb)
{
	return fb->kind == FRAMEBUFFER_RGB && fb->height > fb->width;
}

uint64_t framebuffer_size(const struct framebuffer *fb)
{
	return (uint64_t)fb->pitch * fb->height;
}

uint32_t framebuffer_columns(const struct framebuffer *fb)
{
	return fb->kind == FRAMEBUFFER_RGB ? fb->width / (FONT_WIDTH * fb->scale) : fb->width;
}

uint32_t framebuffer_rows(const struct framebuffer *fb)
{
	return fb->kind == FRAMEBUFFER_RGB ? fb->height / (FONT_HEIGHT * fb->scale) : fb->height;
}

/* Returns the bits of a pixel for a part (0 to 255) of its colour. */
static uint32_t field_value(const struct framebuffer_field *field, uint32_t part)
{
	uint32_t value = field->size < 8 ? part >> (8 - field->size) : part << (field->size - 8);

	return value << field->position;
}

static uint32_t pixel_value(const struct framebuffer *fb, unsigned color)
{
	const uint8_t *parts = palette[color];

	if (fb->pixel_size == 1)
		return fb->nearest[color];
	return field_value(&fb->red, parts[0]) | field_value(&fb->green, parts[1]) |
	       field_value(&fb->blue, parts[2]);
}

/* Returns the address of a pixel. */
static uint8_t *pixel_at(const struct framebuffer *fb, void *memory, uint32_t x, uint32_t y)
{
	return (uint8_t *)memory + (uint64_t)y * fb->pitch + (uint64_t)x * fb->pixel_size;
}

/*
 * Writes count pixels and returns the address after them. Each size has its own store instruction.
 */
static uint8_t *put_pixels(uint8_t *at, uint32_t size, uint32_t value, uint32_t count)
{
	for (; count > 0; count--, at += size) {
		if (size == 4)
			__builtin_memcpy(at, &value, 4);
		else if (size == 1)
			*at = (uint8_t)value;
		else
			__builtin_memcpy(at, &value, 2);
		if (size == 3)
			at[2] = (uint8_t)(value >> 16);
	}
	return at;
}

static void draw_glyph(const struct framebuffer *fb, void *memory, uint32_t x, uint32_t y,
                       framebuffer_cell cell)
{
	const uint8_t *glyph = font_glyph((uint8_t)cell);
	const uint32_t values[2] = {pixel_value(fb, cell >> 12), pixel_value(fb, cell >> 8 & 0xF)};

	for (uint32_t line = 0; line < FONT_HEIGHT * fb->scale; line++) {
		uint32_t dots = glyph[line / fb->scale];
		uint8_t *at = pixel_at(fb, memory, x, y + line);

		for (int bit = FONT_WIDTH - 1; bit >= 0; bit--)
			at = put_pixels(at, fb->pixel_size, values[dots >> bit & 1], fb->scale);
	}
}

void framebuffer_draw(const struct framebuffer *fb, void *memory, uint32_t column, uint32_t row,
                      framebuffer_cell cell)
{
	if (fb->kind == FRAMEBUFFER_TEXT)
		__builtin_memcpy((uint8_t *)memory + row * fb->pitch + column * TEXT_CELL_SIZE,
		                 &cell, TEXT_CELL_SIZE);
	else if (fb->kind == FRAMEBUFFER_RGB)
		draw_glyph(fb, memory, column * FONT_WIDTH * fb->scale,
		           row * FONT_HEIGHT * fb->scale, cell);
}

void framebuffer_fill(const struct framebuffer *fb, void *memory, uint32_t x, uint32_t y,
                      uint32_t width, uint32_t height, unsigned color)
{
	for (uint32_t line = 0; line < height; line++)
		put_pixels(pixel_at(fb, memory, x, y + line), fb->pixel_size,
		           pixel_value(fb, color), width);
}

void framebuffer_clear_edges(const struct framebuffer *fb, void *memory, uint32_t columns,
                             uint32_t rows)
{
	if (fb->kind == FRAMEBUFFER_TEXT) {
		for (uint32_t row = 0; row < fb->height; row++) {
			for (uint32_t column = row < rows ? columns : 0; column < fb->width;
			     column++)
				framebuffer_draw(fb, memory, column, row, ' ');
		}
		return;
	}
	for (uint32_t y = 0; y < fb->height; y++) {
		uint32_t x =
			y < rows * FONT_HEIGHT * fb->scale ? columns * FONT_WIDTH * fb->scale : 0;

		put_pixels(pixel_at(fb, memory, x, y), fb->pixel_size, pixel_value(fb, 0),
		           fb->width - x);
	}
}
