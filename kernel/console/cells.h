/*
 * A screen's characters: lines come in at the bottom and push the oldest out at the top. What was
 * drawn is kept beside what is wanted, so that only what differs is drawn, and nothing is read back
 * from video memory. Pure.
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
	uint32_t rows;
	uint32_t top;  /* where in wanted the topmost row is: the rows go round */
	uint32_t used; /* rows that have come in, up to all */
	uint32_t at;   /* the next cell to compare, from the top left */
	uint32_t left; /* how many cells have to be compared until all are known to be right */
	framebuffer_cell wanted[CELLS_MAX];
	framebuffer_cell shown[CELLS_MAX];
};

/* A cell to draw. */
struct cells_change {
	uint32_t column;
	uint32_t row;
	framebuffer_cell cell;
};

/* Makes all cells blank, as many of the columns and rows as there is room for; nothing is drawn
 * yet. */
void cells_init(struct cells *cells, uint32_t columns, uint32_t rows);

/* The cells, blank, of a new row at the bottom, or below the lowest while there is room. */
framebuffer_cell *cells_new_row(struct cells *cells);

/*
 * Writes text, broken between words where that is possible, into as many rows as it takes: first
 * over the last replaced ones, then into new ones. colors is a cell's upper byte. Returns how many
 * rows at the bottom are the text's now.
 */
uint32_t cells_put_text(struct cells *cells, uint32_t replaced, struct bytes text, uint8_t colors);

/*
 * Looks at the next cells, at most count, for one that is not drawn as wanted: *change is to be
 * drawn then. False if there was none.
 */
bool cells_find_change(struct cells *cells, uint32_t count, struct cells_change *change);

/* Whether all is drawn. */
bool cells_all_shown(const struct cells *cells);

#endif
