/* arch/x86_64/devices/keyboard.c: which bits of the controller's status count, and how long. */
#include "arch/x86_64/instructions.h"
#include "kernel/machine/arch.h"
#include "tests/unit/unit.h"

enum { DATA = 0x60, STATUS = 0x64, KEY_H = 0x23, OUTPUT_FULL = 1, INPUT_FULL = 2 };

static uint8_t status, data = KEY_H;
static uint64_t ticks; /* of 1 us */
static unsigned data_reads, writes, pauses;

uint64_t rdtsc(void)
{
	return ticks;
}

uint64_t arch_ticks_to_us(uint64_t from)
{
	return from;
}

void pause(void)
{
	ticks++;
	pauses++;
}

uint8_t in8(uint16_t port)
{
	if (port == STATUS)
		return status;
	assert_int_equal(port, DATA);
	data_reads++;
	return data;
}

void out8(uint16_t port, uint8_t value)
{
	writes++;
}

static bool read_at(uint64_t us, uint8_t *character)
{
	ticks = us;
	return arch_keyboard_read(character);
}

/* The command to read the mode, 50 ms for its answer, and the byte that enables the keyboard. */
static void each_wait_ends_after_50_ms(void **state)
{
	uint8_t character;

	arch_keyboard_read(&character);
	assert_int_equal(ticks, 50000);
	assert_int_equal(pauses, 50000);
	assert_int_equal(writes, 2);
}

static void a_full_input_is_waited_for_each_time(void **state)
{
	uint8_t character;

	status = INPUT_FULL;
	arch_keyboard_read(&character);
	assert_int_equal(ticks, 150000);
	assert_int_equal(writes, 2);
}

static void no_other_bit_of_the_status_is_waited_for(void **state)
{
	uint8_t character;

	status = (uint8_t)~(OUTPUT_FULL | INPUT_FULL);
	arch_keyboard_read(&character);
	assert_int_equal(ticks, 50000);
	assert_int_equal(writes, 2);
}

static void there_is_a_key_only_if_the_output_is_full(void **state)
{
	uint8_t character = 0;

	arch_keyboard_read(&character);
	for (unsigned other = 0; other < 256; other++) {
		status = (uint8_t)other;
		data_reads = 0;
		assert_int_equal(read_at(1000000 + 5000ull * other, &character),
		                 other & OUTPUT_FULL && !(other & 0x20) && other != 0xFF);
		assert_int_equal(data_reads, other & OUTPUT_FULL && other != 0xFF);
	}
}

/* Sixty-four bytes without a pause are no keyboard's; after a pause there may be as many again. */
static void a_flood_ends_after_64_bytes(void **state)
{
	uint8_t character;
	uint64_t us = 1000000;

	arch_keyboard_read(&character);
	for (unsigned round = 0; round < 2; round++) {
		status = OUTPUT_FULL;
		for (unsigned i = 0; i < 64; i++)
			assert_true(read_at(us += 1000, &character));
		for (unsigned i = 0; i < 10; i++)
			assert_false(read_at(us += 1000, &character));
		data_reads = 0;
		assert_false(read_at(us + 999, &character)); /* quiet: not even looked at */
		assert_int_equal(data_reads, 0);
		status = 0;
		assert_false(read_at(us += 1000, &character));
	}
}

/* The two codes after E1H belong to the Pause key, however late they come. */
static void a_poll_without_a_code_is_no_code(void **state)
{
	static const struct {
		uint8_t status, data;
		bool is_character;
	} polls[] = {
		{OUTPUT_FULL, 0xE1, false},  {0, 0xE1, false},           {OUTPUT_FULL, 0x1D, false},
		{OUTPUT_FULL, KEY_H, false}, {OUTPUT_FULL, KEY_H, true},
	};
	uint8_t character;

	arch_keyboard_read(&character);
	for (unsigned i = 0; i < COUNT_OF(polls); i++) {
		status = polls[i].status;
		data = polls[i].data;
		assert_int_equal(read_at(1000000 + 5000ull * i, &character), polls[i].is_character);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(each_wait_ends_after_50_ms),
		cmocka_unit_test(a_full_input_is_waited_for_each_time),
		cmocka_unit_test(no_other_bit_of_the_status_is_waited_for),
		cmocka_unit_test(there_is_a_key_only_if_the_output_is_full),
		cmocka_unit_test(a_flood_ends_after_64_bytes),
		cmocka_unit_test(a_poll_without_a_code_is_no_code),
	};

	return unit_run(rules, COUNT_OF(rules));
}
