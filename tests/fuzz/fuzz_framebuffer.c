/* The loader's framebuffer tag, and drawing on what it says: kernel/console/framebuffer.h. */
#include "kernel/console/framebuffer.h"
#include "tests/fuzz/fuzz.h"

enum { LARGEST = 1 << 20 };

/* Draws in the four corners, into memory of exactly the size that was said. */
static void draw(const struct framebuffer *fb)
{
	uint32_t columns = framebuffer_columns(fb), rows = framebuffer_rows(fb);
	void *memory;

	require(columns > 0 && rows > 0);
	if (framebuffer_size(fb) > LARGEST)
		return;
	memory = malloc(framebuffer_size(fb));
	require(memory != NULL);
	framebuffer_draw(fb, memory, 0, 0, 0x0741);
	framebuffer_draw(fb, memory, columns - 1, 0, 0xFFFF);
	framebuffer_draw(fb, memory, 0, rows - 1, 0x0000);
	framebuffer_draw(fb, memory, columns - 1, rows - 1, 0x4FDB);
	framebuffer_clear_edges(fb, memory, columns, rows);
	framebuffer_clear_edges(fb, memory, 1, 1);
	free(memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct framebuffer fb;
	const char *problem = framebuffer_read((struct bytes){data, size}, &fb);

	if (problem != NULL) {
		require(fb.kind == FRAMEBUFFER_NONE);
		return 0;
	}
	require(fb.kind == FRAMEBUFFER_TEXT || fb.kind == FRAMEBUFFER_RGB);
	draw(&fb);
	return 0;
}
