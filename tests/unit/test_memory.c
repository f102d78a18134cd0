/* kernel/machine/memory.h: pages from the loader's memory map, each handed out once. */
#include "kernel/machine/memory.h"
#include "tests/unit/unit.h"

#define MIB (1ull << 20)
#define GIB (1ull << 30)

enum { RESERVED_TYPE = 2 };

/* A range of the loader's map; type 0 stands for the usual, available. */
struct entry {
	uint64_t start, size;
	uint32_t type;
};

static void init_with(size_t count, const struct entry *entries)
{
	struct unit_writer map = {0};
	struct boot_information information = {.memory_entry_size = 24};

	for (size_t i = 0; i < count; i++) {
		unit_put(&map, entries[i].start, 8);
		unit_put(&map, entries[i].size, 8);
		unit_put(&map, entries[i].type ? entries[i].type : MEMORY_RANGE_AVAILABLE, 8);
	}
	information.memory_map = unit_written(&map);
	memory_init(&information);
}

#define INIT(...)                                                  \
	init_with(COUNT_OF(((const struct entry[]){__VA_ARGS__})), \
	          (const struct entry[]){__VA_ARGS__})

static void without_a_map_there_is_no_memory(void **state)
{
	init_with(0, NULL);
	assert_int_equal(memory_take(1), 0);
	assert_int_equal(memory_take_low(), 0);
	assert_int_equal(memory_total(), 0);
}

static void only_available_ranges_count(void **state)
{
	INIT({2 * MIB, MIB, RESERVED_TYPE}, {4 * MIB, 8192, 0}, {6 * MIB, MIB, 3});
	assert_int_equal(memory_total(), 8192);
	assert_int_equal(memory_take(1), 4 * MIB);
	assert_int_equal(memory_take(1), 4 * MIB + 4096);
	assert_int_equal(memory_take(1), 0);
}

static void only_whole_pages_are_handed_out(void **state)
{
	INIT({2 * MIB + 1, 3 * 4096, 0}, {4 * MIB - 1, 4096, 0});
	assert_int_equal(memory_largest(), 8192);
	assert_int_equal(memory_take(1), 2 * MIB + 4096);
	assert_int_equal(memory_take(1), 2 * MIB + 8192);
	assert_int_equal(memory_take(1), 0);
}

static void several_pages_are_contiguous_in_one_range(void **state)
{
	INIT({2 * MIB, 8192, 0}, {4 * MIB, 16384, 0});
	assert_int_equal(memory_take(3), 4 * MIB);
	assert_int_equal(memory_take(2), 2 * MIB);
	assert_int_equal(memory_take(2), 0);
	assert_int_equal(memory_take(1), 4 * MIB + 3 * 4096);
}

static void the_first_allocation_that_fails_is_remembered(void **state)
{
	INIT({2 * MIB, 8192, 0});
	assert_int_equal(memory_take(2), 2 * MIB);
	assert_int_equal(memory_refused(), 0);
	assert_int_equal(memory_take(3), 0);
	assert_int_equal(memory_take(5), 0);
	assert_int_equal(memory_refused(), 3 * 4096);
}

static void no_pages_and_too_many_pages_are_refused(void **state)
{
	INIT({2 * MIB, MIB, 0});
	assert_int_equal(memory_take(0), 0);
	assert_int_equal(memory_take(257), 0);
	assert_int_equal(memory_take(UINT64_MAX), 0);
	assert_int_equal(memory_take(UINT64_MAX / 4096), 0);
	assert_int_equal(memory_take(UINT64_MAX / 4096 + 1), 0);
	assert_int_equal(memory_take((1ull << 52) + 1), 0);
	assert_int_equal(memory_take(256), 2 * MIB);
}

static void memory_below_4_gib_goes_first_wherever_the_map_has_it(void **state)
{
	INIT({4 * GIB, MIB, 0}, {2 * MIB, 4096, 0});
	assert_int_equal(memory_take(1), 2 * MIB);
	assert_int_equal(memory_take(1), 4 * GIB);
}

static void a_range_across_4_gib_is_two(void **state)
{
	INIT({4 * GIB - 8192, 16384, 0});
	assert_int_equal(memory_take(3), 0);
	assert_int_equal(memory_take(2), 4 * GIB - 8192);
	assert_int_equal(memory_take(2), 4 * GIB);
}

static void memory_below_1_mib_is_not_handed_out(void **state)
{
	INIT({MIB - 8192, 16384, 0});
	assert_int_equal(memory_take(3), 0);
	assert_int_equal(memory_take(2), MIB);
	assert_int_equal(memory_take(1), 0);
	assert_int_equal(memory_take_low(), 0);
}

static void cpus_start_between_64_kib_and_640_kib(void **state)
{
	INIT({0, 0x11000, 0}, {0x9F000, 0x61000, 0});
	assert_int_equal(memory_take_low(), 0x9F000);
	assert_int_equal(memory_take_low(), 0x10000);
	assert_int_equal(memory_take_low(), 0);
}

static void reserved_ranges_are_not_handed_out_not_even_in_part(void **state)
{
	INIT({2 * MIB, 5 * 4096, 0});
	memory_reserve(2 * MIB + 4096, 1);
	memory_reserve(2 * MIB + 3 * 4096 - 1, 2);
	assert_int_equal(memory_take(1), 2 * MIB);
	assert_int_equal(memory_take(1), 2 * MIB + 4 * 4096);
	assert_int_equal(memory_take(1), 0);
}

static void pages_do_not_reach_into_a_reserved_range(void **state)
{
	INIT({2 * MIB, 8 * 4096, 0});
	memory_reserve(2 * MIB + 3 * 4096, 4096);
	assert_int_equal(memory_take(4), 2 * MIB + 4 * 4096);
}

static void low_pages_avoid_reserved_ranges_too(void **state)
{
	INIT({0x80000, 4 * 4096, 0});
	memory_reserve(0x82000, 8192);
	assert_int_equal(memory_take_low(), 0x81000);
	assert_int_equal(memory_take_low(), 0x80000);
	assert_int_equal(memory_take_low(), 0);
}

static void eight_ranges_can_be_reserved(void **state)
{
	INIT({2 * MIB, 9 * 4096, 0});
	for (uint64_t i = 0; i < 8; i++)
		memory_reserve(2 * MIB + i * 4096, 4096);
	assert_int_equal(memory_take(1), 2 * MIB + 8 * 4096);
	assert_int_equal(memory_take(1), 0);
}

static void a_ninth_reserved_range_grows_together_with_the_nearest(void **state)
{
	INIT({2 * MIB, 20 * 4096, 0});
	for (uint64_t i = 0; i < 8; i++)
		memory_reserve(2 * MIB + 2 * i * 4096, 4096);
	memory_reserve(2 * MIB + 18 * 4096, 4096);
	for (uint64_t page = 1; page < 14; page += 2)
		assert_int_equal(memory_take(1), 2 * MIB + page * 4096);
	assert_int_equal(memory_take(1), 2 * MIB + 19 * 4096);
	assert_int_equal(memory_take(1), 0);
}

static void a_ninth_reserved_range_below_the_others_is_kept_too(void **state)
{
	INIT({2 * MIB, 20 * 4096, 0});
	for (uint64_t i = 0; i < 8; i++)
		memory_reserve(2 * MIB + (4 + 2 * i) * 4096, 4096);
	memory_reserve(2 * MIB + 4096, 4096);
	assert_int_equal(memory_take(1), 2 * MIB);
	assert_int_equal(memory_take(1), 2 * MIB + 5 * 4096);
}

static void a_reserved_range_up_to_the_end_of_the_address_space_does_not_wrap(void **state)
{
	INIT({2 * MIB, 2 * 4096, 0}, {UINT64_MAX - 0x5FFF, UINT64_MAX, 0});
	memory_reserve(2 * MIB + 4096, UINT64_MAX);
	memory_reserve(UINT64_MAX - 10, UINT64_MAX);
	assert_int_equal(memory_take(1), 2 * MIB);
	assert_int_equal(memory_take(1), 0);
}

static void a_range_up_to_the_end_of_the_address_space_does_not_wrap(void **state)
{
	INIT({UINT64_MAX - 0x3FFF, UINT64_MAX, 0});
	for (int i = 0; i < 8; i++) {
		uint64_t phys = memory_take(1);

		assert_true(phys == 0 || phys >= UINT64_MAX - 0x4FFF);
	}
	assert_int_equal(memory_take(1), 0);
}

static void a_map_of_too_many_ranges_loses_only_some(void **state)
{
	struct entry entries[200];

	for (size_t i = 0; i < COUNT_OF(entries); i++)
		entries[i] = (struct entry){(2 + 2 * i) * MIB, 4096, 0};
	init_with(COUNT_OF(entries), entries);
	assert_int_equal(memory_total(), COUNT_OF(entries) * 4096);
	for (size_t i = 0; i < 32; i++)
		assert_int_equal(memory_take(1), entries[i].start);
	assert_int_equal(memory_take(1), 0);
	assert_int_equal(memory_left_out(), (COUNT_OF(entries) - 32) * 4096);
}

/* Which of the 1024 pages from 16 MiB on are free. */
static bool is_free[1024];

static void mark(uint64_t phys, uint64_t size, bool value)
{
	for (uint64_t at = phys; at < phys + size; at += 4096)
		is_free[(at - 16 * MIB) / 4096] = value;
}

/* Takes all free pages, with this many ranges reserved. Returns their number. */
static size_t take_all(size_t reserved)
{
	size_t taken = 0;
	struct entry entries[16];
	uint32_t random = 7;

	for (size_t i = 0; i < COUNT_OF(entries); i++) {
		entries[i] = (struct entry){16 * MIB + i * 64 * 4096,
		                            (1 + unit_random(&random) % 64) * 4096, 0};
		mark(entries[i].start, entries[i].size, true);
	}
	init_with(COUNT_OF(entries), entries);
	for (size_t i = 0; i < reserved; i++) {
		uint64_t page = 16 * MIB + unit_random(&random) % 1020 * 4096;

		memory_reserve(page, 3 * 4096);
		mark(page, 3 * 4096, false);
	}
	for (size_t i = 0; i < 4000; i++) {
		uint64_t count = 1 + unit_random(&random) % 9;
		uint64_t phys = memory_take(count);

		for (uint64_t page = 0; phys != 0 && page < count; page++) {
			assert_true(is_free[(phys - 16 * MIB) / 4096 + page]);
			is_free[(phys - 16 * MIB) / 4096 + page] = false;
			taken++;
		}
	}
	assert_int_equal(memory_take(1), 0);
	return taken;
}

static void no_page_is_handed_out_twice_however_it_is_asked_for(void **state)
{
	assert_true(take_all(8) > 300);
}

static void no_reserved_page_is_handed_out_however_many_are_reserved(void **state)
{
	assert_true(take_all(100) > 0);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(without_a_map_there_is_no_memory),
		cmocka_unit_test(only_available_ranges_count),
		cmocka_unit_test(only_whole_pages_are_handed_out),
		cmocka_unit_test(several_pages_are_contiguous_in_one_range),
		cmocka_unit_test(the_first_allocation_that_fails_is_remembered),
		cmocka_unit_test(no_pages_and_too_many_pages_are_refused),
		cmocka_unit_test(memory_below_4_gib_goes_first_wherever_the_map_has_it),
		cmocka_unit_test(a_range_across_4_gib_is_two),
		cmocka_unit_test(memory_below_1_mib_is_not_handed_out),
		cmocka_unit_test(cpus_start_between_64_kib_and_640_kib),
		cmocka_unit_test(reserved_ranges_are_not_handed_out_not_even_in_part),
		cmocka_unit_test(pages_do_not_reach_into_a_reserved_range),
		cmocka_unit_test(low_pages_avoid_reserved_ranges_too),
		cmocka_unit_test(eight_ranges_can_be_reserved),
		cmocka_unit_test(a_ninth_reserved_range_grows_together_with_the_nearest),
		cmocka_unit_test(a_ninth_reserved_range_below_the_others_is_kept_too),
		cmocka_unit_test(a_reserved_range_up_to_the_end_of_the_address_space_does_not_wrap),
		cmocka_unit_test(a_range_up_to_the_end_of_the_address_space_does_not_wrap),
		cmocka_unit_test(a_map_of_too_many_ranges_loses_only_some),
		cmocka_unit_test(no_page_is_handed_out_twice_however_it_is_asked_for),
		cmocka_unit_test(no_reserved_page_is_handed_out_however_many_are_reserved),
	};

	return unit_run(rules, COUNT_OF(rules));
}
