/*
 * A screen of 32-bit pixels, which the test reads back, for tests of kernel/console/screen.h. The
 * clock stands still. Each test program includes it once.
 */
#ifndef TESTS_UNIT_SCREEN_MACHINE_H
#define TESTS_UNIT_SCREEN_MACHINE_H

#include "kernel/console/log.h"
#include "kernel/console/screen.h"
#include "kernel/machine/arch.h"
#include "tests/unit/unit.h"

enum { RGB = 1, PHYS = 0x60000000, UNTOUCHED = 0x5A5A5A };

static uint32_t width, height, *pixels;

uint64_t arch_ticks(void)
{
	return 0;
}

uint64_t arch_entry_ticks(void)
{
	return 0;
}

uint64_t arch_ticks_to_us(uint64_t count)
{
	return count;
}

uint64_t arch_screen_text_phys(void)
{
	return 0;
}

uint64_t arch_map_end(void)
{
	return UINT64_MAX;
}

void *arch_screen_map(uint64_t phys, uint64_t size)
{
	assert_null(pixels);
	assert_int_equal(phys, PHYS);
	assert_int_equal(size, width * height * 4);
	pixels = unit_take(size);
	for (size_t i = 0; i < width * height; i++)
		pixels[i] = UNTOUCHED;
	return pixels;
}

void arch_screen_hide_cursor(void)
{
}

/* Has the loader describe a screen of this size. */
static void choose(uint32_t pixels_wide, uint32_t pixels_high, bool code)
{
	static const uint8_t fields[] = {16, 8, 8, 8, 0, 8};
	struct boot_information information = {.efi = true};
	struct unit_writer tag = {0};

	width = pixels_wide;
	height = pixels_high;
	unit_put(&tag, PHYS, 8);
	unit_put(&tag, width * 4, 4);
	unit_put(&tag, width, 4);
	unit_put(&tag, height, 4);
	unit_put(&tag, 32 | RGB << 8, 4);
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		unit_put(&tag, fields[i], 1);
	information.framebuffer = unit_written(&tag);
	screen_choose(&information, code);
}

/* Takes and draws until all is shown. */
static void show_all(void)
{
	while (screen_take())
		assert_false(screen_all_shown());
	while (!screen_all_shown())
		screen_draw();
}

#endif
