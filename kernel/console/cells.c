#include "kernel/console/cells.h"

enum { NEVER_SHOWN = 0 }; /* differs from every wanted cell, so each one is drawn at first */

void cells_init(struct cells *cells, uint32_t columns, uint32_t rows)
{
	cells->columns = columns < CELLS_COLUMNS_MAX ? columns : CELLS_COLUMNS_MAX;
	cells->text_columns = cells->columns;
	cells->rows = cells->columns == 0 ? 0 : CELLS_MAX / cells->columns;
	if (rows < cells->rows)
		cells->rows = rows;
	cells->top = cells->used = cells->at = 0;
	cells->left = cells->columns * cells->rows;
	for (uint32_t i = 0; i < cells->left; i++) {
		cells->wanted[i] = CELLS_BLANK;
		cells->shown[i] = NEVER_SHOWN;
	}
}

/* Restarts the comparison of all cells: it may have passed this row already. */
static framebuffer_cell *blank_row(struct cells *cells, uint32_t row)
{
	framebuffer_cell *at = &cells->wanted[row % cells->rows * cells->columns];

	for (uint32_t column = 0; column < cells->columns; column++)
		at[column] = CELLS_BLANK;
	cells->left = cells->columns * cells->rows;
	return at;
}

/* Scrolls by moving the top of the ring: no cell is copied, and only changed cells are drawn. */
framebuffer_cell *cells_new_row(struct cells *cells)
{
	if (cells->used < cells->rows)
		return blank_row(cells, cells->used++);
	cells->top = (cells->top + 1) % cells->rows;
	return blank_row(cells, cells->top + cells->rows - 1);
}

/* Returns how much of text goes into the next row: up to a space, if that fills half of the row. */
static uint32_t row_length(const struct cells *cells, struct bytes text)
{
	uint32_t length = cells->text_columns;

	if (text.size <= length)
		return (uint32_t)text.size;
	while (length > cells->text_columns / 2) {
		if (text.at[length - 1] == ' ')
			return length;
		length--;
	}
	return cells->text_columns;
}

uint32_t cells_put_text(struct cells *cells, uint32_t replaced, struct bytes text, uint8_t colors)
{
	uint32_t rows = 0;

	if (cells->rows == 0)
		return 0;
	if (replaced > cells->used)
		replaced = cells->used;
	for (; text.size > 0 || rows < replaced; rows++) {
		uint32_t length = row_length(cells, text);
		framebuffer_cell *row =
			rows < replaced
				? blank_row(cells, cells->top + cells->used - (replaced - rows))
				: cells_new_row(cells);

		for (uint32_t column = 0; column < length; column++)
			row[column] = (framebuffer_cell)(colors << 8 | text.at[column]);
		text = bytes_from(text, length);
	}
	return rows;
}

bool cells_find_change(struct cells *cells, uint32_t count, struct cells_change *change)
{
	uint32_t all = cells->columns * cells->rows;

	for (; count > 0 && cells->left > 0; count--) {
		uint32_t at = cells->at;
		uint32_t row = at / cells->columns, column = at % cells->columns;
		uint32_t from = (cells->top + row) % cells->rows * cells->columns + column;

		cells->at = at + 1 < all ? at + 1 : 0;
		cells->left--;
		if (cells->wanted[from] == cells->shown[at])
			continue;
		cells->shown[at] = cells->wanted[from];
		*change = (struct cells_change){column, row, cells->wanted[from]};
		return true;
	}
	return false;
}

bool cells_all_shown(const struct cells *cells)
{
	return cells->left == 0;
}
