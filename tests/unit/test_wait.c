/* kernel/machine/wait.h, with a clock of 1000 ticks a microsecond. */
#include "kernel/machine/wait.h"
#include "kernel/machine/arch.h"
#include "tests/unit/unit.h"

static uint64_t now;

uint64_t arch_ticks(void)
{
	return now;
}

uint64_t arch_ticks_to_us(uint64_t ticks)
{
	return ticks / 1000;
}

static unsigned polls;

void arch_clock_poll(void)
{
	polls++;
}

static void a_wait_ends_after_its_time(void **state)
{
	struct wait wait = wait_begin();

	for (unsigned us = 1; us < 50; us++) {
		now += 1000;
		assert_false(wait_is_over(&wait, 50));
	}
	now += 1000;
	assert_true(wait_is_over(&wait, 50));
}

static void looks_in_quick_succession_add_up(void **state)
{
	struct wait wait = wait_begin();
	unsigned looks = 0;

	for (; !wait_is_over(&wait, 10); looks++)
		now += 100;
	assert_int_equal(looks, 100);
}

static void a_gap_costs_10_ms(void **state)
{
	struct wait wait = wait_begin();

	now += 5000000000; /* 5 s */
	assert_false(wait_is_over(&wait, 10001));
	assert_true(wait_is_over(&wait, 10000));
}

static void every_wait_ends_however_long_the_gaps(void **state)
{
	struct wait wait = wait_begin();
	unsigned looks = 0;

	for (; !wait_is_over(&wait, 2000000); looks++)
		now += 5000000000;
	assert_in_range(looks, 199, 201);
}

static void a_counter_that_goes_back_costs_nothing(void **state)
{
	struct wait wait;

	now = 1000000000;
	wait = wait_begin();
	now = 5;
	assert_false(wait_is_over(&wait, 1));
	now += 1000;
	assert_true(wait_is_over(&wait, 1));
}

static void a_counter_that_stands_still_costs_nothing(void **state)
{
	struct wait wait = wait_begin();

	for (unsigned looks = 0; looks < 2000; looks++)
		assert_false(wait_is_over(&wait, 1));
}

/* Ten milliseconds and less than a microsecond are no gap: none of the ticks is lost. */
static void a_look_after_10_ms_counts_each_tick(void **state)
{
	struct wait wait = wait_begin();

	for (unsigned look = 0; look < 2; look++) {
		assert_int_equal(polls, look);
		now += 10000500;
		assert_int_equal(wait_is_over(&wait, 20001), look == 1);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_wait_ends_after_its_time),
		cmocka_unit_test(looks_in_quick_succession_add_up),
		cmocka_unit_test(a_gap_costs_10_ms),
		cmocka_unit_test(every_wait_ends_however_long_the_gaps),
		cmocka_unit_test(a_counter_that_goes_back_costs_nothing),
		cmocka_unit_test(a_counter_that_stands_still_costs_nothing),
		cmocka_unit_test(a_look_after_10_ms_counts_each_tick),
	};

	return unit_run(rules, COUNT_OF(rules));
}
