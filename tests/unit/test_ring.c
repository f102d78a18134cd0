/* kernel/console/ring.h: what a reader gets that is late, and where lines begin. */
#include "tests/unit/log_clock.h"

enum { HALF = RING_SIZE / 2, LINE = 16 };

static void put(const char *string)
{
	while (*string != '\0')
		ring_put(*string++);
	ring_publish();
}

/* Publishes count characters of one line. */
static void put_many(unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		ring_put('x');
	ring_publish();
}

static void a_time_has_seconds_and_microseconds(void **state)
{
	static const struct {
		uint64_t us;
		const char *text;
	} times[] = {
		{0, "[    0.000000] "},
		{999999, "[    0.999999] "},
		{1000000, "[    1.000000] "},
		{5999999997, "[ 5999.999997] "},
		{1ull << 63, "[9223372036854.775808] "},
	};

	for (size_t i = 0; i < COUNT_OF(times); i++) {
		ring_put_stamp(arch_entry_ticks() + times[i].us);
		ring_publish();
		assert_string_equal(read_rest(&console), times[i].text);
	}
}

static void a_gap_is_named_with_the_last_time_and_its_bytes(void **state)
{
	ring_put_stamp(arch_entry_ticks() + 3000000000005);
	put("\n");
	read_rest(&console);
	put("0123456789\n");
	put_many(RING_SIZE - 1);
	put("\nlast\n");
	/* the 11 bytes of the line, and those of the next one */
	assert_string_equal(
		read_rest(&console),
		"\r\n[3000000.000005] boot: warning: 65547 bytes of the log are missing "
		"here\r\nlast\r\n");
}

static void of_a_line_longer_than_the_ring_a_late_reader_gets_nothing(void **state)
{
	put_many(RING_SIZE);
	ring_put('\n');
	assert_string_equal(read_rest(&console),
	                    "\r\n[    0.000000] boot: warning: 65536 bytes of the log are missing "
	                    "here\r\n");
	assert_int_equal(console.position, ring_end());
	ring_publish();
	put("next\n");
	assert_string_equal(read_rest(&console), "\r\nnext\r\n");
}

static void a_reader_that_is_exactly_a_ring_behind_misses_nothing(void **state)
{
	put_many(RING_SIZE);
	assert_int_equal(ring_room(0), 0);
	assert_int_equal(ring_room(1), 1);
	assert_int_equal(strlen(read_rest(&console)), RING_SIZE);
}

static void a_line_is_cut_from_its_first_character_on(void **state)
{
	assert_false(ring_drop_draft());
	put("x");
	assert_true(ring_drop_draft());
	put("\n");
	assert_false(ring_drop_draft());
}

static void the_last_half_is_all_of_it_and_begins_with_a_line(void **state)
{
	for (unsigned size = LINE; size <= 2 * RING_SIZE; size += LINE) {
		put("123456789012345\n");
		assert_int_equal(ring_last_half().position, size > HALF ? size - HALF : 0);
	}
	put("1\n");
	assert_int_equal(ring_last_half().position, 2 * RING_SIZE - HALF + LINE);
}

/* Each byte of these time stamps would be the end of a line, but for its highest bit. */
static void a_time_is_no_end_of_a_line(void **state)
{
	uint64_t ticks_of_ends = 0;

	for (unsigned bit = 0; bit < 63; bit += 7)
		ticks_of_ends |= (uint64_t)'\n' << bit;
	while (ring_end() < HALF) {
		ring_put_stamp(ticks_of_ends);
		put("\n");
	}
	for (unsigned i = 0; i < RING_STAMP_SIZE + 1; i++) {
		struct ring_reader last = ring_last_half();

		assert_memory_equal(read_rest(&last), "[", 1);
		assert_int_equal(last.position, ring_end());
		assert_int_equal(ring_last_half().position % (RING_STAMP_SIZE + 1), 0);
		put("x");
	}
}

/* A panic can stop a CPU after it read the last character of a text, and before it says so. */
static void a_reader_that_was_stopped_goes_on_with_the_next_character(void **state)
{
	char character;

	put("ab");
	assert_true(ring_read(&console, &character));
	assert_int_equal(character, 'a');
	console.position = 0;
	console.next = 1;
	console.expanded = true;
	assert_false(ring_read_all(&console));
	assert_string_equal(read_rest(&console), "b");
	assert_true(ring_read_all(&console));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_time_has_seconds_and_microseconds),
		cmocka_unit_test(a_gap_is_named_with_the_last_time_and_its_bytes),
		cmocka_unit_test(of_a_line_longer_than_the_ring_a_late_reader_gets_nothing),
		cmocka_unit_test(a_reader_that_is_exactly_a_ring_behind_misses_nothing),
		cmocka_unit_test(a_line_is_cut_from_its_first_character_on),
		cmocka_unit_test(the_last_half_is_all_of_it_and_begins_with_a_line),
		cmocka_unit_test(a_reader_that_was_stopped_goes_on_with_the_next_character),
		cmocka_unit_test(a_time_is_no_end_of_a_line),
	};

	return unit_run(rules, COUNT_OF(rules));
}
