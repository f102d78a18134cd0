/*
 * The glyphs of Debian's fonts-spleen, in the order of code page 437, which is also what a VGA
 * shows in text mode: ASCII where ASCII is, block characters in the upper half. A byte is a row,
 * its highest bit the pixel on the left. See kernel/font.asm. Pure.
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

extern const uint8_t font[256][FONT_HEIGHT];
extern const uint8_t font_small[256][FONT_SMALL_HEIGHT];

#endif
