/*
 * The characters of a screen, which scrolls up. It keeps what was drawn beside what is wanted: only
 * cells that differ are drawn, and video memory, which is slow to read, is never read. Pure.
 */
#ifndef KERNEL_CELLS_H
#define KERNEL_CELLS_H

#include "kernel/console/framebuffer.h"

enum {
	CELLS_MAX = 16384, /* 240 by 67 are 1920 by 1080 pixels */
	CELLS_COLUMNS_MAX = 320,
	CELLS_BLANK = 0x07 << 8 | ' ',
};

struct cells {
	uint32_t columns;
	uint32_t text_columns; /* where text is wrapped: at columns, or before */
	uint32_t rows;
	uint32_t top;  /* index in wanted of the topmost row: the rows are a ring */
	uint32_t used; /* rows in use */
	uint32_t at;   /* the next cell to compare, from the top left */
	uint32_t left; /* cells still to compare until all are known to be drawn */
	framebuffer_cell wanted[CELLS_MAX];
	framebuffer_cell shown[CELLS_MAX];
};

/* A cell to draw. */
struct cells_change {
	uint32_t column;
	uint32_t row;
	framebuffer_cell cell;
};

/* Makes all cells blank, and limits the size to CELLS_MAX. Draws nothing. */
void cells_init(struct cells *cells, uint32_t columns, uint32_t rows);

/* Adds a blank row at the bottom, after scrolling if the screen is full. Returns its cells. */
framebuffer_cell *cells_new_row(struct cells *cells);

/*
 * Writes text, wrapped between words where possible, over the last replaced rows and then into new
 * ones. colors is the upper byte of a cell. Returns the number of rows that the text takes.
 */
uint32_t cells_put_text(struct cells *cells, uint32_t replaced, struct bytes text, uint8_t colors);

/*
 * Compares at most count cells. Returns true, with *change to be drawn, if one is not drawn as
 * wanted.
 */
bool cells_find_change(struct cells *cells, uint32_t count, struct cells_change *change);

/* Returns whether everything is drawn. */
bool cells_all_shown(const struct cells *cells);

#endif
