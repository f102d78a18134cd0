/*
 * Glyphs of Debian's fonts-spleen, by code page 437, which is also what a VGA shows in text mode. A
 * byte is a row, its highest bit the pixel on the left. See kernel/console/font.asm. Pure.
 */
#ifndef KERNEL_FONT_H
#define KERNEL_FONT_H

#include <stdint.h>

enum {
	FONT_WIDTH = 8,
	FONT_HEIGHT = 16,
	FONT_SMALL_WIDTH = 6,
	FONT_SMALL_HEIGHT = 12,
	FONT_FULL_BLOCK = 0xDB,
	FONT_LOWER_HALF = 0xDC,
	FONT_UPPER_HALF = 0xDF,
};

extern const uint8_t font_ascii['~' - ' ' + 1][FONT_HEIGHT];
extern const uint8_t font_blocks[FONT_UPPER_HALF - FONT_FULL_BLOCK + 1][FONT_HEIGHT];
extern const uint8_t font_capitals['Z' - 'A' + 1][FONT_SMALL_HEIGHT];

/* Returns the FONT_HEIGHT rows of a character; those of a blank if it has no glyph. */
static inline const uint8_t *font_glyph(uint8_t character)
{
	if (character >= FONT_FULL_BLOCK && character <= FONT_UPPER_HALF)
		return font_blocks[character - FONT_FULL_BLOCK];
	return font_ascii[character >= ' ' && character <= '~' ? character - ' ' : 0];
}

#endif
