#include "kernel/console/screen.h"

#include "kernel/machine/arch.h"
#include "kernel/console/banner.h"
#include "kernel/console/font.h"
#include "kernel/console/framebuffer.h"
#include "kernel/console/log.h"
#include "kernel/console/ring.h"
#include "kernel/console/transcript.h"

#include <stdatomic.h>

/* The work of one step: it fits into 1.4 ms, in which a port at 115200 baud sends 16 bytes. */
enum { TAKE = 128, COMPARE = 256, DRAW = 8 };

enum {
	CODE_SHARE = 3, /* the QR code takes at most a third of the columns */
	CODE_COLUMNS_MAX = 60,
	MODULE_PIXELS_MIN = 2,
	MODULE_PIXELS_MAX = 6,
	BLACK = 0,
	WHITE = 15,
};

static struct {
	struct framebuffer framebuffer;
	const char *problem; /* with the loader's description of it */
	void *memory;
	bool has_code; /* there will be a QR code */
	bool opened;
	struct ring_reader reader;
	struct transcript transcript;
} screen;

void screen_choose(const struct boot_information *information, bool code)
{
	struct framebuffer *fb = &screen.framebuffer;

	screen.has_code = code;
	if (information->framebuffer.size > 0)
		screen.problem = framebuffer_read(information->framebuffer, fb);
	else if (!information->efi)
		*fb = framebuffer_text(arch_screen_text_phys());
}

/* Returns how many columns on the right the text leaves to the QR code. */
static uint32_t code_columns(void)
{
	uint32_t columns = screen.transcript.cells.columns / CODE_SHARE;

	if (!screen.has_code || screen.framebuffer.kind != FRAMEBUFFER_RGB)
		return 0;
	return columns < CODE_COLUMNS_MAX ? columns : CODE_COLUMNS_MAX;
}

static void open(void)
{
	const struct framebuffer *fb = &screen.framebuffer;

	transcript_init(&screen.transcript, framebuffer_columns(fb), framebuffer_rows(fb));
	screen.transcript.cells.text_columns -= code_columns();
	if (fb->kind == FRAMEBUFFER_NONE)
		return;
	screen.memory = arch_screen_map(fb->phys, framebuffer_size(fb));
	if (screen.memory == NULL)
		return;
	arch_screen_hide_cursor();
	framebuffer_clear_edges(fb, screen.memory, screen.transcript.cells.columns,
	                        screen.transcript.cells.rows);
}

/*
 * A panic may stop this CPU before opened is set. The CPU that panics then opens the screen again.
 */
static void open_once(void)
{
	if (screen.opened)
		return;
	open();
	atomic_signal_fence(memory_order_seq_cst);
	screen.opened = true;
}

static void warn_of_no_mapping(const struct framebuffer *fb)
{
	uint64_t end = fb->phys + framebuffer_size(fb);

	if (end > arch_map_end())
		log_line("boot",
		         "warning: the screen stays dark: its framebuffer ends at %#lx, and "
		         "addresses from %#lx on cannot be mapped",
		         end, arch_map_end());
	else
		log_line("boot",
		         "warning: the screen stays dark: no page table is left to map its "
		         "framebuffer at %#lx",
		         fb->phys);
}

void screen_report(void)
{
	const struct framebuffer *fb = &screen.framebuffer;

	open_once();
	if (screen.problem != NULL)
		log_line("boot", "warning: the loader's framebuffer cannot be used: %s",
		         screen.problem);
	else if (fb->kind == FRAMEBUFFER_NONE)
		log_line("boot", "warning: the screen stays dark: the loader passed no "
		                 "framebuffer, and UEFI has no text mode");
	else if (screen.memory == NULL)
		warn_of_no_mapping(fb);
	else if (framebuffer_is_portrait(fb))
		log_line("boot",
		         "the framebuffer has %u by %u pixels: if the panel is mounted on its "
		         "side, so is the text",
		         fb->width, fb->height);
}

bool screen_take(void)
{
	char character;
	unsigned taken = 0;

	open_once();
	while (taken < TAKE && ring_read(&screen.reader, &character)) {
		transcript_put(&screen.transcript, character);
		taken++;
	}
	if (taken > 0 && taken < TAKE)
		transcript_show_unfinished(&screen.transcript);
	return taken > 0;
}

uint64_t screen_position(void)
{
	return screen.reader.position;
}

void screen_draw(void)
{
	struct cells_change change;

	if (screen.memory == NULL)
		return;
	for (unsigned i = 0; i < DRAW; i++) {
		if (!cells_find_change(&screen.transcript.cells, COMPARE, &change))
			return;
		framebuffer_draw(&screen.framebuffer, screen.memory, change.column, change.row,
		                 change.cell);
	}
}

bool screen_all_shown(void)
{
	if (!screen.opened || !ring_read_all(&screen.reader))
		return false;
	return screen.memory == NULL || cells_all_shown(&screen.transcript.cells);
}

/* A square on the right, in pixels. */
struct square {
	uint32_t top;
	uint32_t side;
};

/* Returns the largest square beside the text, above the verdict or, if there is more room, below.
 */
static struct square code_place(void)
{
	const struct framebuffer *fb = &screen.framebuffer;
	const struct cells *cells = &screen.transcript.cells;
	uint32_t verdict = banner_rows_max(cells->rows), line = FONT_HEIGHT * fb->scale;
	uint32_t above = cells->used > verdict ? cells->used - verdict : 0;
	uint32_t below = cells->rows - cells->used;
	struct square place = {below > above ? cells->used * line : 0,
	                       (below > above ? below : above) * line};
	uint32_t width = code_columns() * FONT_WIDTH * fb->scale;

	if (place.side > width)
		place.side = width;
	return place;
}

uint32_t screen_code_room(void)
{
	return screen.memory != NULL ? code_place().side / MODULE_PIXELS_MIN : 0;
}

void screen_draw_code(const struct qr *qr)
{
	const struct framebuffer *fb = &screen.framebuffer;
	struct square place = code_place();
	uint32_t modules = qr->side + 2 * QR_QUIET, scale = place.side / modules;
	uint32_t left;

	if (scale > MODULE_PIXELS_MAX)
		scale = MODULE_PIXELS_MAX;
	left = fb->width - modules * scale;
	framebuffer_fill(fb, screen.memory, left, place.top, modules * scale, modules * scale,
	                 WHITE);
	for (uint32_t y = 0; y < qr->side; y++) {
		for (uint32_t x = 0; x < qr->side; x++) {
			if (qr_is_dark(qr, x, y))
				framebuffer_fill(fb, screen.memory, left + (x + QR_QUIET) * scale,
				                 place.top + (y + QR_QUIET) * scale, scale, scale,
				                 BLACK);
		}
	}
}
