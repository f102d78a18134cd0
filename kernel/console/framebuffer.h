/*
 * What a machine shows: characters that the video hardware draws (VGA text) or pixels in memory
 * (RGB, or a palette of colours), and which bytes there make a character appear. Pure: the memory
 * is the caller's, and it is only written, because reading video memory is slow.
 */
#ifndef KERNEL_FRAMEBUFFER_H
#define KERNEL_FRAMEBUFFER_H

#include "kernel/lib/bytes.h"

/* Where a colour's bits are in a pixel. */
struct framebuffer_field {
	uint8_t position;
	uint8_t size;
};

struct framebuffer {
	enum { FRAMEBUFFER_NONE, FRAMEBUFFER_TEXT, FRAMEBUFFER_RGB } kind;
	uint64_t phys;
	uint32_t pitch; /* bytes from a line, of characters or of pixels, to the next */
	uint32_t width; /* characters or pixels */
	uint32_t height;
	uint8_t pixel_size; /* in bytes, as all of the following only for RGB */
	struct framebuffer_field red, green, blue;
	uint8_t nearest[16]; /* where pixel_size is 1: what of the palette stands for a VGA's colour
	                      */
	uint32_t scale;      /* a dot of the font is scale by scale pixels */
};

/*
 * A character and its colours, as a VGA has them in text mode: the low byte is the character in
 * code page 437, the next four bits its colour, the highest four that of the background.
 */
typedef uint16_t framebuffer_cell;

/*
 * Reads the body of the loader's framebuffer tag, Multiboot2 3.6.12 "Framebuffer info". NULL if
 * it is one to draw on; else what is wrong with it, and fb has kind FRAMEBUFFER_NONE.
 */
const char *framebuffer_read(struct bytes tag, struct framebuffer *fb);

/* The VGA's text screen of 80 by 25 at phys. */
struct framebuffer framebuffer_text(uint64_t phys);

/* Bytes of its memory. */
uint64_t framebuffer_size(const struct framebuffer *fb);

/* How many characters are in a line, and how many lines there are. */
uint32_t framebuffer_columns(const struct framebuffer *fb);
uint32_t framebuffer_rows(const struct framebuffer *fb);

/* Draws one character; memory is where the framebuffer's first byte is. */
void framebuffer_draw(const struct framebuffer *fb, void *memory, uint32_t column, uint32_t row,
                      framebuffer_cell cell);

/* Makes the edges black that no character reaches: right of columns, below rows. */
void framebuffer_clear_edges(const struct framebuffer *fb, void *memory, uint32_t columns,
                             uint32_t rows);

#endif
