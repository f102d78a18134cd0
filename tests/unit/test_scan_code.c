/* arch/x86_64/devices/scan_code.h: the keys with Ctrl and Shift, and Pause. */
#include "arch/x86_64/devices/scan_code.h"
#include "tests/unit/unit.h"

enum { CTRL = 0x1D, SHIFT = 0x2A, RELEASED = 0x80, PAUSE = 0xE1, KEY_A = 0x1E };

/* The codes of the letters from a to z. */
static const uint8_t letters[] = {0x1E, 0x30, 0x2E, 0x20, 0x12, 0x21, 0x22, 0x23, 0x17,
                                  0x24, 0x25, 0x26, 0x32, 0x31, 0x18, 0x19, 0x10, 0x13,
                                  0x1F, 0x14, 0x16, 0x2F, 0x11, 0x2D, 0x15, 0x2C};

static void each_letter_has_a_capital_and_a_control_character(void **state)
{
	for (unsigned i = 0; i < COUNT_OF(letters); i++) {
		struct scan_state keys = {0};

		assert_int_equal(scan_code_take(&keys, letters[i]), 'a' + i);
		assert_int_equal(scan_code_take(&keys, letters[i] | RELEASED), 0);
		scan_code_take(&keys, SHIFT);
		assert_int_equal(scan_code_take(&keys, letters[i]), 'A' + i);
		scan_code_take(&keys, SHIFT | RELEASED);
		scan_code_take(&keys, CTRL);
		assert_int_equal(scan_code_take(&keys, letters[i]), 1 + i);
		scan_code_take(&keys, CTRL | RELEASED);
		assert_int_equal(scan_code_take(&keys, letters[i]), 'a' + i);
	}
}

/* The neighbours of the letters are no letters. */
static void ctrl_changes_letters_only(void **state)
{
	struct scan_state keys = {.ctrl = true};

	assert_int_equal(scan_code_take(&keys, 0x29), '`');
	assert_int_equal(scan_code_take(&keys, 0x1A), '[');
	keys.shift = true;
	assert_int_equal(scan_code_take(&keys, 0x1A), '{');
	assert_int_equal(scan_code_take(&keys, 0x03), '@');
}

static void keys_after_the_space_bar_have_no_character_but_up_and_down(void **state)
{
	for (uint8_t key = 0x3A; key < 0x80; key++) {
		struct scan_state keys = {0};

		if (key != CTRL && key != SHIFT)
			assert_int_equal(scan_code_take(&keys, key), key == 0x48   ? 0x10
			                                             : key == 0x50 ? 0x0E
			                                                           : 0);
	}
}

/* E1H is followed by two codes, of which one is that of Ctrl. */
static void the_two_codes_after_pause_do_not_count(void **state)
{
	struct scan_state keys = {0};

	for (int round = 0; round < 2; round++) {
		assert_int_equal(scan_code_take(&keys, PAUSE), 0);
		assert_int_equal(scan_code_take(&keys, CTRL), 0);
		assert_int_equal(scan_code_take(&keys, KEY_A), 0);
		assert_int_equal(scan_code_take(&keys, KEY_A), 'a');
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(each_letter_has_a_capital_and_a_control_character),
		cmocka_unit_test(ctrl_changes_letters_only),
		cmocka_unit_test(keys_after_the_space_bar_have_no_character_but_up_and_down),
		cmocka_unit_test(the_two_codes_after_pause_do_not_count),
	};

	return unit_run(rules, COUNT_OF(rules));
}
