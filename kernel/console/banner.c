#include "kernel/console/banner.h"

#include "kernel/console/font.h"
#include "kernel/lib/count.h"

enum {
	WHITE_ON_BLUE = 0x1F,
	WHITE_ON_GREEN = 0x2F,
	WHITE_ON_RED = 0x4F,
	WHITE_ON_BROWN = 0x6F,
	CAPITALS_TOP = 1, /* rows of dots that the small font's capitals take */
	CAPITALS_BOTTOM = 9,
	SCALE_MAX = 4,
	SHARE = 4, /* the letters take at most a quarter of the screen's height */
};

static const struct {
	const char *word;
	uint8_t colors;
} verdicts[] = {
	{"PASS", WHITE_ON_GREEN},    {"OBSERVED", WHITE_ON_BLUE}, {"UNSUPPORTED", WHITE_ON_BROWN},
	{"BLOCKED", WHITE_ON_BROWN}, {"FAIL", WHITE_ON_RED},      {"ERROR", WHITE_ON_RED},
};

static uint8_t banner_colors(struct bytes word)
{
	for (size_t i = 0; i < COUNT_OF(verdicts); i++) {
		if (bytes_equal(word, verdicts[i].word))
			return verdicts[i].colors;
	}
	return WHITE_ON_BLUE;
}

static framebuffer_cell *add_row(struct cells *cells, uint8_t colors)
{
	framebuffer_cell *row = cells_new_row(cells);

	for (uint32_t column = 0; column < cells->columns; column++)
		row[column] = (framebuffer_cell)(colors << 8 | ' ');
	return row;
}

/*
 * Returns true if the enlarged word has a dot at x, y, which are inside it. A unit of y is half the
 * height of a cell.
 */
static bool is_dot(struct bytes word, uint32_t scale, uint32_t x, uint32_t y)
{
	uint32_t column = x / scale, row = CAPITALS_TOP + y / scale;
	uint32_t letter = column / FONT_SMALL_WIDTH;

	if (word.at[letter] < 'A' || word.at[letter] > 'Z')
		return false;
	return font_capitals[word.at[letter] - 'A'][row] >> (7 - column % FONT_SMALL_WIDTH) & 1;
}

/* Returns the character that shows two dots, one above the other. */
static uint8_t block(bool upper, bool lower)
{
	if (upper)
		return lower ? FONT_FULL_BLOCK : FONT_UPPER_HALF;
	return lower ? FONT_LOWER_HALF : ' ';
}

static uint32_t word_width(struct bytes word, uint32_t scale)
{
	return (uint32_t)word.size * FONT_SMALL_WIDTH * scale;
}

static uint32_t letter_rows(uint32_t scale)
{
	return (CAPITALS_BOTTOM - CAPITALS_TOP) * scale / 2;
}

/* Returns the largest scale that fits. 0 always does. */
static uint32_t scale_of(const struct cells *cells, struct bytes word)
{
	uint32_t scale = SCALE_MAX;

	while (word_width(word, scale) > cells->columns || letter_rows(scale) > cells->rows / SHARE)
		scale--;
	return scale;
}

static void add_letters(struct cells *cells, struct bytes word, uint8_t colors)
{
	uint32_t scale = scale_of(cells, word);
	uint32_t width = word_width(word, scale);
	uint32_t indent = (cells->columns - width) / 2;

	for (uint32_t y = 0; y < letter_rows(scale); y++) {
		framebuffer_cell *row = add_row(cells, colors);

		for (uint32_t x = 0; x < width; x++) {
			uint8_t dots = block(is_dot(word, scale, x, 2 * y),
			                     is_dot(word, scale, x, 2 * y + 1));

			row[indent + x] = (framebuffer_cell)(colors << 8 | dots);
		}
	}
}

/* An empty row, the letters, an empty row, and the line. */
uint32_t banner_rows_max(uint32_t rows)
{
	return rows / SHARE + 3;
}

/* Adds the line in normal size, centred. Cuts off what does not fit. */
static void add_line(struct cells *cells, struct bytes line, uint8_t colors)
{
	framebuffer_cell *row = add_row(cells, colors);
	uint32_t length = line.size < cells->columns ? (uint32_t)line.size : cells->columns;
	uint32_t indent = (cells->columns - length) / 2;

	for (uint32_t i = 0; i < length; i++)
		row[indent + i] = (framebuffer_cell)(colors << 8 | line.at[i]);
}

void banner_add(struct cells *cells, struct bytes line)
{
	struct bytes word = {0};
	uint8_t colors;

	if (cells->rows == 0)
		return;
	bytes_skip(line, "RESULT: ", &word);
	for (size_t size = 0; size < word.size; size++) {
		if (word.at[size] == ' ')
			word.size = size;
	}
	colors = banner_colors(word);
	add_row(cells, colors);
	add_letters(cells, word, colors);
	add_row(cells, colors);
	add_line(cells, line, colors);
}
