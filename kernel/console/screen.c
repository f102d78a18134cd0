#include "kernel/console/screen.h"

#include "kernel/machine/arch.h"
#include "kernel/console/framebuffer.h"
#include "kernel/console/log.h"
#include "kernel/console/ring.h"
#include "kernel/console/transcript.h"

#include <stdatomic.h>

/* The work of one step: it fits into 1.4 ms, in which a port at 115200 baud sends 16 bytes. */
enum { TAKE = 128, COMPARE = 256, DRAW = 8 };

static struct {
	struct framebuffer framebuffer;
	const char *problem; /* with the loader's description of it */
	void *memory;
	bool opened;
	struct ring_reader reader;
	struct transcript transcript;
} screen;

void screen_choose(const struct boot_information *information)
{
	struct framebuffer *fb = &screen.framebuffer;

	if (information->framebuffer.size > 0)
		screen.problem = framebuffer_read(information->framebuffer, fb);
	else if (!information->efi)
		*fb = framebuffer_text(arch_screen_text_phys());
}

static void open(void)
{
	const struct framebuffer *fb = &screen.framebuffer;

	transcript_init(&screen.transcript, framebuffer_columns(fb), framebuffer_rows(fb));
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
