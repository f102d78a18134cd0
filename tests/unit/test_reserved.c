/* kernel/machine/reserved.h: which of eight ranges grows when there is a ninth. */
#include "kernel/machine/reserved.h"
#include "tests/unit/unit.h"

#define MIB (1ull << 20)

/* Reserves eight ranges of a page each, 64 MiB apart, but for a large one. */
static void reserve_eight(unsigned large, uint64_t size)
{
	for (unsigned i = 0; i < 8; i++)
		reserved_add(64 * MIB * (i + 1), i == large ? size : 4096);
}

static void the_range_that_grows_least_takes_the_ninth(void **state)
{
	reserve_eight(3, 40 * MIB);
	reserved_add(299 * MIB, 4096); /* 3 MiB after the large one, 21 MiB before the next */
	assert_int_equal(reserved_conflict(297 * MIB, 298 * MIB), 299 * MIB + 4096);
	assert_int_equal(reserved_conflict(300 * MIB, 319 * MIB), 0);
	assert_int_equal(reserved_conflict(320 * MIB, 321 * MIB), 320 * MIB + 4096);
}

static void a_ninth_inside_another_changes_nothing(void **state)
{
	reserve_eight(7, 40 * MIB);
	reserved_add(520 * MIB, 4096);
	for (unsigned i = 0; i < 8; i++) {
		uint64_t start = 64 * MIB * (i + 1), size = i == 7 ? 40 * MIB : 4096;

		assert_int_equal(reserved_conflict(start - 1, start), 0);
		assert_int_equal(reserved_conflict(start, start + 1), start + size);
		assert_int_equal(reserved_conflict(start + size - 1, start + size), start + size);
		assert_int_equal(reserved_conflict(start + size, start + size + 1), 0);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_range_that_grows_least_takes_the_ninth),
		cmocka_unit_test(a_ninth_inside_another_changes_nothing),
	};

	return unit_run(rules, COUNT_OF(rules));
}
