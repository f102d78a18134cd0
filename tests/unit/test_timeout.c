/* kernel/machine/timeout.h, with a clock of 1000 ticks a microsecond. */
#include "kernel/machine/timeout.h"
#include "kernel/machine/arch.h"
#include "tests/unit/unit.h"

static uint64_t now;
static unsigned polls;

uint64_t arch_ticks(void)
{
	return now;
}

uint64_t arch_ticks_to_us(uint64_t ticks)
{
	return ticks / 1000;
}

void arch_clock_poll(void)
{
	polls++;
}

static void a_time_has_passed_from_its_last_microsecond_on(void **state)
{
	now = 1000000 + 49999;
	assert_false(timeout_passed(1000000, 50));
	now++;
	assert_true(timeout_passed(1000000, 50));
	now++;
	assert_true(timeout_passed(1000000, 50));
	assert_false(timeout_passed(1000000, 51));
}

/* Who waits for a time gives the clock the looks that it needs to find its rate. */
static void each_look_lets_the_clock_work(void **state)
{
	for (unsigned looks = 1; looks < 5; looks++) {
		timeout_passed(0, 1);
		assert_int_equal(polls, looks);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_time_has_passed_from_its_last_microsecond_on),
		cmocka_unit_test(each_look_lets_the_clock_work),
	};

	return unit_run(rules, COUNT_OF(rules));
}
