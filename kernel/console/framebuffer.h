/*
 * A framebuffer: VGA text, whose characters the hardware draws, or pixels (RGB, or a palette).
 * Knows which bytes make a character appear. Pure: the memory is the caller's. It is only written,
 * because reading video memory is slow.
 */
#ifndef KERNEL_FRAMEBUFFER_H
#define KERNEL_FRAMEBUFFER_H

#include "kernel/lib/bytes.h"

/* Position and number of a colour's bits in a pixel. */
struct framebuffer_field {
	uint8_t position;
	uint8_t size;
};

struct framebuffer {
	enum { FRAMEBUFFER_NONE, FRAMEBUFFER_TEXT, FRAMEBUFFER_RGB } kind;
	uint64_t phys;
	uint32_t pitch; /* bytes from one line, of characters or of pixels, to the next */
	uint32_t width; /* characters or pixels */
	uint32_t height;
	uint8_t pixel_size; /* in bytes, as all of the following only for RGB */
	struct framebuffer_field red, green, blue;
	uint8_t nearest[16]; /* if pixel_size is 1: the palette's index for each VGA colour */
	uint32_t scale;      /* a dot of the font is scale by scale pixels */
};

/*
 * A character and its colours, as a VGA has them in text mode: the low byte is the character in
 * code page 437, the next four bits its colour, the highest four that of the background.
 */
typedef uint16_t framebuffer_cell;

/*
 * Reads the body of the loader's framebuffer tag, Multiboot2 3.6.12 "Framebuffer info". Returns
 * NULL if it can be drawn on; else the reason, with kind FRAMEBUFFER_NONE in *fb.
 */
const char *framebuffer_read(struct bytes tag, struct framebuffer *fb);

/* Returns the VGA text screen of 80 by 25 characters at phys. */
struct framebuffer framebuffer_text(uint64_t phys);

/*
 * Returns whether it is taller than wide. So are the panels of some tablets and small laptops,
 * which are built in on their side: the firmware turns its own picture, but nobody turns ours.
 */
bool framebuffer_is_portrait(const struct framebuffer *fb);

/* Returns the size of its memory in bytes. */
uint64_t framebuffer_size(const struct framebuffer *fb);

/* Return the number of characters in a line, and of lines. */
uint32_t framebuffer_columns(const struct framebuffer *fb);
uint32_t framebuffer_rows(const struct framebuffer *fb);

/* Draws one character; memory points to the first byte of the framebuffer. */
void framebuffer_draw(const struct framebuffer *fb, void *memory, uint32_t column, uint32_t row,
                      framebuffer_cell cell);

/* Fills a rectangle of pixels, which must lie inside, with one of the 16 colours; only for RGB. */
void framebuffer_fill(const struct framebuffer *fb, void *memory, uint32_t x, uint32_t y,
                      uint32_t width, uint32_t height, unsigned color);

/* Blackens the edges that no character covers: right of columns, below rows. */
void framebuffer_clear_edges(const struct framebuffer *fb, void *memory, uint32_t columns,
                             uint32_t rows);

#endif
