/* kernel/console/ring.h: the CRC that each reader gets of the lines that it has read. */
#include "kernel/console/ring.h"
#include "kernel/lib/crc32.h"
#include "kernel/machine/arch.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

/* A clock of 1 MHz. */
uint64_t arch_entry_ticks(void)
{
	return 1000;
}

uint64_t arch_ticks_to_us(uint64_t count)
{
	return count;
}

static void put(const char *text)
{
	while (*text != '\0')
		ring_put(*text++);
	ring_publish();
}

static void put_at(uint64_t us, const char *text)
{
	ring_put_stamp(1000 + us);
	put(text);
}

/* Returns the CRC of the lines of a text that begin with "[", as docs/serial-log.md defines it. */
static uint32_t crc_of_lines(const char *text)
{
	uint32_t crc = 0;
	bool starts = true, counts = false;

	for (; *text != '\0'; text++) {
		counts = starts ? *text == '[' : counts;
		starts = *text == '\n';
		if (counts && (starts || *text > ' '))
			crc = crc32_add(crc, (uint8_t)*text);
	}
	return crc;
}

/* Adds what the reader has not read to a text, and returns that. */
static const char *read_rest(struct ring_reader *reader, struct unit_capture *text)
{
	char character;

	while (ring_read(reader, &character))
		text->text.put(&text->text, character);
	return text->at;
}

/* Checks that a text ends with "crc=" and the CRC of its lines. */
static void assert_states_its_crc(const char *text)
{
	const char *stated = strstr(text, "crc=0x");

	assert_non_null(stated);
	assert_int_equal(strlen(stated), strlen("crc=0x12345678\r\n"));
	assert_int_equal(strtoul(stated + strlen("crc="), NULL, 16), crc_of_lines(text));
}

static void the_crc_is_of_the_lines_with_a_time(void **state)
{
	struct ring_reader reader = {.position = ring_end()};
	const char *text;

	put_at(1234567, "cpu 0: CR0 = 0x31\n");
	put("typed [by a person]\n\n");
	put_at(1234568, "vmx: 1 of 1\n");
	put("crc=" RING_CRC "\n");
	text = read_rest(&reader, unit_capture());
	assert_states_its_crc(text);
	assert_int_equal(crc_of_lines(text),
	                 crc_of_lines("[1.234567]cpu0:CR0=0x31\n[1.234568]vmx:1of1\n"));
}

static void each_reader_has_its_own(void **state)
{
	struct ring_reader early = {.position = ring_end()}, late = early;
	struct unit_capture *text = unit_capture();

	put_at(10, "a: one\n");
	late.position = ring_end();
	put_at(20, "a: two\n");
	put("crc=" RING_CRC "\n");
	assert_states_its_crc(read_rest(&early, text));
	assert_states_its_crc(read_rest(&late, unit_capture()));
	assert_int_not_equal(early.crc, late.crc);
}

/* A line that the gap cuts counts as far as the reader got it, and so does the warning. */
static void a_reader_that_missed_lines_has_the_crc_of_what_it_got(void **state)
{
	struct ring_reader slow = {.position = ring_end()};
	struct unit_capture *got = unit_capture();
	char character;

	put_at(30, "a: cut off here\n");
	for (unsigned i = 0; i < strlen("[    0.000030] a: cut"); i++) {
		assert_true(ring_read(&slow, &character));
		got->text.put(&got->text, character);
	}
	for (unsigned i = 0; i < RING_SIZE / 8; i++)
		put_at(40 + i, "b: overwritten\n");
	put("crc=" RING_CRC "\n");
	read_rest(&slow, got);
	assert_non_null(strstr(got->at, "bytes of the log are missing here"));
	assert_states_its_crc(got->at);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_crc_is_of_the_lines_with_a_time),
		cmocka_unit_test(each_reader_has_its_own),
		cmocka_unit_test(a_reader_that_missed_lines_has_the_crc_of_what_it_got),
	};

	return unit_run(rules, COUNT_OF(rules));
}
