/*
 * The log as a screen shows it: kernel/console/transcript.h and kernel/console/cells.h. Two bytes
 * choose the screen.
 */
#include "kernel/console/transcript.h"
#include "tests/fuzz/fuzz.h"

static struct transcript transcript;

static void check_cells(const struct cells *cells)
{
	require(cells->columns >= 1 && cells->columns <= CELLS_COLUMNS_MAX);
	require(cells->rows >= 1 && cells->columns * cells->rows <= CELLS_MAX);
	require(cells->top < cells->rows);
	require(cells->used <= cells->rows);
	require(transcript.length <= TRANSCRIPT_LINE_MAX);
}

/* At the end everything must be drawn, each cell inside the screen. */
static void draw_all(struct cells *cells)
{
	struct cells_change change;
	uint32_t looks = 0;

	while (!cells_all_shown(cells)) {
		require(looks++ <= 2 * CELLS_MAX);
		if (!cells_find_change(cells, CELLS_MAX, &change))
			continue;
		require(change.column < cells->columns && change.row < cells->rows);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	transcript_init(&transcript, 1u + data[0], 1u + data[1]);
	for (size_t i = 2; i < size; i++) {
		transcript_put(&transcript, (char)data[i]);
		check_cells(&transcript.cells);
		if (data[i] % 64 == 0)
			transcript_show_unfinished(&transcript);
	}
	draw_all(&transcript.cells);
	return 0;
}
