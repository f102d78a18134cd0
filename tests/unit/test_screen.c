/* kernel/console/screen.h: the log says why nothing appears on the screen, or appears sideways. */
#include "kernel/console/console.h"
#include "kernel/console/screen.h"
#include "kernel/console/log.h"
#include "tests/unit/fake/consoles.h"
#include "tests/unit/unit.h"

enum { RGB = 1, PHYS = 0x60000000 };

static bool no_qr;

/* Chooses a screen of pixels at phys, and reports it on the first serial port. */
static void report_pixels(uint64_t phys, uint32_t width, uint32_t height, uint8_t bits)
{
	static const uint8_t fields[] = {16, 8, 8, 8, 0, 8};
	struct boot_information information = {.efi = true};
	struct options options = options_default();
	struct unit_writer tag = {0};
	struct uart none = {.access = UART_NONE};

	options.no_qr = no_qr;
	unit_put(&tag, phys, 8);
	unit_put(&tag, width * 4, 4);
	unit_put(&tag, width, 4);
	unit_put(&tag, height, 4);
	unit_put(&tag, bits, 1);
	unit_put(&tag, RGB, 1);
	unit_put(&tag, 0, 2);
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		unit_put(&tag, fields[i], 1);
	information.framebuffer = unit_written(&tag);
	works(0);
	console_choose(&options, &none, &information);
	console_report();
	console_flush();
}

static void a_screen_that_shows_the_log_is_no_news(void **state)
{
	pixels_phys = PHYS;
	report_pixels(PHYS, 1024, 768, 32);
	assert_string_equal(ports[0].got, "");
}

static void a_framebuffer_above_what_can_be_mapped_is_named(void **state)
{
	report_pixels(MAP_END - 4096, 1024, 768, 32);
	assert_got(0, "boot: warning: the screen stays dark: its framebuffer ends at "
	              "0x4000002ff000, and addresses from 0x400000000000 on cannot be mapped\r\n");
}

static void a_framebuffer_that_finds_no_page_table_is_named(void **state)
{
	report_pixels(PHYS, 1024, 768, 32);
	assert_got(0, "boot: warning: the screen stays dark: no page table is left to map its "
	              "framebuffer at 0x60000000\r\n");
	assert_int_equal(screen_code_room(), 0);
	assert_int_equal(screen_maps, 1);
	assert_int_equal(cursors_hidden, 0);
}

static void a_framebuffer_may_end_where_mapping_ends(void **state)
{
	report_pixels(MAP_END - 1030 * 770 * 4, 1030, 770, 32);
	assert_string_equal(ports[0].got,
	                    "[    0.000000] boot: warning: the screen stays dark: no page table is "
	                    "left to map its framebuffer at 0x3fffffcf97d0\r\n");
}

static void pixels_that_cannot_be_drawn_are_named(void **state)
{
	report_pixels(PHYS, 1024, 768, 8);
	assert_got(0, "boot: warning: the loader's framebuffer cannot be used: unsupported depth");
	assert_int_equal(screen_maps, 0);
	assert_int_equal(cursors_hidden, 0);
}

static void a_framebuffer_of_one_byte_is_named(void **state)
{
	struct boot_information information = {.efi = true, .framebuffer = unit_bytes("x", 1)};
	struct options options = options_default();
	struct uart none = {.access = UART_NONE};

	works(0);
	console_choose(&options, &none, &information);
	console_report();
	console_flush();
	assert_string_equal(ports[0].got,
	                    "[    0.000000] boot: warning: the loader's framebuffer cannot be "
	                    "used: it is truncated before its type\r\n");
}

static void a_portrait_screen_is_named(void **state)
{
	pixels_phys = PHYS;
	report_pixels(PHYS, 800, 1280, 32);
	assert_got(0, "boot: the framebuffer has 800 by 1280 pixels: if the panel is mounted on "
	              "its side, so is the text\r\n");
}

static void a_bios_has_a_text_screen(void **state)
{
	works(0);
	choose("", true);
	console_report();
	console_flush();
	assert_string_equal(ports[0].got, "");
	assert_int_equal(cursors_hidden, 1);
}

static void uefi_without_a_framebuffer_is_named(void **state)
{
	works(0);
	choose("", false);
	console_report();
	console_flush();
	assert_got(0, "boot: warning: the screen stays dark: the loader passed no framebuffer, and "
	              "UEFI has no text mode\r\n");
}

static void the_code_has_room_beside_the_text_if_there_will_be_one(void **state)
{
	pixels_phys = PHYS;
	report_pixels(PHYS, 1024, 768, 32);
	assert_true(screen_code_room() > 0);
}

static void without_a_code_the_text_has_all_columns(void **state)
{
	no_qr = true;
	pixels_phys = PHYS;
	report_pixels(PHYS, 1024, 768, 32);
	assert_int_equal(screen_code_room(), 0);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_screen_that_shows_the_log_is_no_news),
		cmocka_unit_test(a_framebuffer_above_what_can_be_mapped_is_named),
		cmocka_unit_test(a_framebuffer_that_finds_no_page_table_is_named),
		cmocka_unit_test(a_framebuffer_may_end_where_mapping_ends),
		cmocka_unit_test(pixels_that_cannot_be_drawn_are_named),
		cmocka_unit_test(a_framebuffer_of_one_byte_is_named),
		cmocka_unit_test(a_portrait_screen_is_named),
		cmocka_unit_test(a_bios_has_a_text_screen),
		cmocka_unit_test(uefi_without_a_framebuffer_is_named),
		cmocka_unit_test(the_code_has_room_beside_the_text_if_there_will_be_one),
		cmocka_unit_test(without_a_code_the_text_has_all_columns),
	};

	return unit_run(rules, COUNT_OF(rules));
}
