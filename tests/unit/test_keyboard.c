/*
 * arch/x86_64/devices/scan_code.h and keyboard.c: keys as characters, and controllers that
 * misbehave.
 */
#include "arch/x86_64/devices/scan_code.h"
#include "arch/x86_64/instructions.h"
#include "kernel/machine/arch.h"
#include "tests/unit/unit.h"

#define TYPED(...) typed((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static struct {
	uint8_t status;
	uint8_t data;
	uint64_t ticks; /* of 1 us */
	unsigned status_reads, data_reads;
	uint16_t writes[8]; /* those to the command port have bit 8 set */
	unsigned write_count;
	uint8_t mode;
	bool answers; /* with the mode, at the next read */
	bool answering;
	unsigned mouse_bytes; /* that come before the answer */
} controller;

uint64_t rdtsc(void)
{
	return ++controller.ticks;
}

uint64_t arch_ticks_to_us(uint64_t ticks)
{
	return ticks;
}

void pause(void)
{
}

uint8_t in8(uint16_t port)
{
	bool answering = controller.answering;

	if (port == 0x64) {
		controller.status_reads++;
		return controller.status | (!answering                   ? 0
		                            : controller.mouse_bytes > 0 ? 0x21
		                                                         : 0x01);
	}
	assert_int_equal(port, 0x60);
	controller.data_reads++;
	if (answering && controller.mouse_bytes > 0) {
		controller.mouse_bytes--;
		return 0x55;
	}
	controller.answering = false;
	return answering ? controller.mode : controller.data;
}

void out8(uint16_t port, uint8_t value)
{
	assert_true(port == 0x64 || port == 0x60);
	assert_true(controller.write_count < COUNT_OF(controller.writes));
	controller.writes[controller.write_count++] = port == 0x64 ? value | 0x100 : value;
	controller.answering = controller.answers && port == 0x64 && value == 0x20;
}

/* The characters of these codes. */
static const char *typed(const uint8_t *codes, size_t count)
{
	static char characters[64];
	struct scan_state state = {0};
	size_t length = 0;

	for (size_t i = 0; i < count; i++) {
		uint8_t character = scan_code_take(&state, codes[i]);

		if (character != 0)
			characters[length++] = (char)character;
	}
	characters[length] = '\0';
	return characters;
}

static void keys_make_characters_when_they_are_pressed(void **state)
{
	assert_string_equal(TYPED(0x23, 0xA3, 0x17, 0x97), "hi");
	assert_string_equal(TYPED(0x2A, 0x23, 0xA3, 0xAA, 0x17), "Hi");
	assert_string_equal(TYPED(0x36, 0x02, 0xB6, 0x02), "!1");
	assert_string_equal(TYPED(0x1D, 0x2E, 0x9D, 0x2E), "\003c");
}

static void a_shift_around_an_arrow_key_is_none(void **state)
{
	assert_string_equal(TYPED(0xE0, 0x2A, 0xE0, 0x48, 0x23), "\020h");
	assert_string_equal(TYPED(0x2A, 0xE0, 0xAA, 0xE0, 0x50, 0x23), "\016H");
	assert_string_equal(TYPED(0xE0, 0x36, 0x23), "h");
}

static void the_keypads_enter_and_slash_are_keys_and_windows_keys_are_not(void **state)
{
	assert_string_equal(TYPED(0xE0, 0x1C, 0xE0, 0x35), "\r/");
	assert_string_equal(TYPED(0xE0, 0x1D, 0x2E, 0xE0, 0x9D), "\003");
	assert_string_equal(TYPED(0xE0, 0x1E, 0xE0, 0x5B, 0xE0, 0x47), "");
}

static void the_pause_key_changes_nothing(void **state)
{
	assert_string_equal(TYPED(0xE1, 0x1D, 0x45, 0xE1, 0x9D, 0xC5, 0x2E), "c");
}

static unsigned read_times(unsigned times, uint64_t apart)
{
	unsigned characters = 0;
	uint8_t character;

	for (unsigned i = 0; i < times; i++) {
		controller.ticks += apart;
		characters += arch_keyboard_read(&character);
	}
	return characters;
}

static void a_controller_that_is_off_is_set_to_translate_once(void **state)
{
	controller.answers = true;
	controller.mode = 0x31;
	read_times(3, 5000);
	assert_int_equal(controller.write_count, 4);
	assert_int_equal(controller.writes[0], 0x120);
	assert_int_equal(controller.writes[1], 0x160);
	assert_int_equal(controller.writes[2], 0x61);
	assert_int_equal(controller.writes[3], 0xF4);
}

static void a_controller_that_is_ready_keeps_its_mode(void **state)
{
	controller.answers = true;
	controller.mode = 0x65;
	read_times(3, 5000);
	assert_int_equal(controller.write_count, 2);
	assert_int_equal(controller.writes[0], 0x120);
	assert_int_equal(controller.writes[1], 0xF4);
}

static void a_mouse_that_is_moved_is_not_taken_for_the_mode(void **state)
{
	controller.answers = true;
	controller.mode = 0x65;
	controller.mouse_bytes = 3;
	read_times(3, 5000);
	assert_int_equal(controller.write_count, 2);
	assert_int_equal(controller.writes[1], 0xF4);
}

static void a_controller_that_does_not_answer_has_no_mode_set(void **state)
{
	read_times(3, 5000);
	assert_int_equal(controller.write_count, 2);
	assert_int_equal(controller.writes[1], 0xF4);
	assert_in_range(controller.ticks, 50000, 70000);
}

static void where_there_is_no_controller_nothing_is_written(void **state)
{
	controller.status = 0xFF;
	assert_int_equal(read_times(100, 5000), 0);
	assert_int_equal(controller.write_count, 0);
	assert_int_equal(controller.data_reads, 0);
	assert_false(arch_keyboard_present());
}

static void an_input_that_stays_full_is_not_waited_for_long(void **state)
{
	controller.status = 0x02;
	read_times(1, 5000);
	assert_in_range(controller.ticks, 150000, 200000); /* twice for that, once for the mode */
}

static void a_poll_comes_a_millisecond_after_the_last(void **state)
{
	uint64_t polled;

	read_times(2, 5000);
	polled = controller.ticks;
	controller.status_reads = 0;
	read_times(1, 998);
	assert_int_equal(controller.ticks, polled + 999);
	assert_int_equal(controller.status_reads, 0);
	read_times(1, 0);
	assert_int_equal(controller.status_reads, 1);
}

static void a_quiet_keyboard_is_polled_once_a_millisecond(void **state)
{
	read_times(1, 5000);
	controller.status_reads = 0;
	read_times(10000, 9); /* 100 ms */
	assert_in_range(controller.status_reads, 90, 110);
}

static void an_output_that_stays_full_floods_nothing(void **state)
{
	controller.status = 0x01;
	controller.data = 0x23;
	assert_int_equal(read_times(1, 9), 1);
	assert_int_equal(controller.data_reads, 64 + 1); /* those before it are discarded */
	assert_int_equal(read_times(10000, 9), 63);
	assert_int_equal(controller.write_count, 1); /* its mode is not known */
	controller.status = 0x00;
	read_times(1, 5000);
	controller.status = 0x01;
	assert_int_equal(read_times(1, 5000), 1);
}

static void the_mouse_types_nothing(void **state)
{
	controller.status = 0x21;
	controller.data = 0x23;
	assert_int_equal(read_times(10, 5000), 0);
}

/* Function keys, locks and the keypad. */
static void keys_beyond_the_space_bar_make_no_character(void **state)
{
	for (unsigned shift = 0; shift < 2; shift++) {
		for (uint8_t key = 0x3A; key < 0x80; key++) {
			struct scan_state keys = {.shift = shift};

			if (key != 0x48 && key != 0x50) /* up, down */
				assert_int_equal(scan_code_take(&keys, key), 0);
		}
	}
	assert_string_equal(TYPED(0x39), " ");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(keys_make_characters_when_they_are_pressed),
		cmocka_unit_test(a_shift_around_an_arrow_key_is_none),
		cmocka_unit_test(the_keypads_enter_and_slash_are_keys_and_windows_keys_are_not),
		cmocka_unit_test(the_pause_key_changes_nothing),
		cmocka_unit_test(a_controller_that_is_off_is_set_to_translate_once),
		cmocka_unit_test(a_controller_that_is_ready_keeps_its_mode),
		cmocka_unit_test(a_mouse_that_is_moved_is_not_taken_for_the_mode),
		cmocka_unit_test(a_controller_that_does_not_answer_has_no_mode_set),
		cmocka_unit_test(where_there_is_no_controller_nothing_is_written),
		cmocka_unit_test(an_input_that_stays_full_is_not_waited_for_long),
		cmocka_unit_test(a_quiet_keyboard_is_polled_once_a_millisecond),
		cmocka_unit_test(a_poll_comes_a_millisecond_after_the_last),
		cmocka_unit_test(an_output_that_stays_full_floods_nothing),
		cmocka_unit_test(the_mouse_types_nothing),
		cmocka_unit_test(keys_beyond_the_space_bar_make_no_character),
	};

	return unit_run(rules, COUNT_OF(rules));
}
