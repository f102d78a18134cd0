/* kernel/machine/memory.h: maps with very many ranges, compared with a simple model; and no map. */
#include "kernel/machine/memory.h"
#include "tests/unit/unit.h"

#define MIB (1ull << 20)
#define GIB (1ull << 30)

enum { ENTRIES_MAX = 200, KEPT = 32, SLOT = 1 << 16 };

struct entry {
	uint64_t start, size;
};

static struct entry entries[ENTRIES_MAX];

static enum memory_source init(size_t count)
{
	struct unit_writer map = {0};
	struct boot_information information = {.memory_entry_size = 24};

	for (size_t i = 0; i < count; i++) {
		unit_put(&map, entries[i].start, 8);
		unit_put(&map, entries[i].size, 8);
		unit_put(&map, MEMORY_RANGE_AVAILABLE, 8);
	}
	information.memory_map = unit_written(&map);
	return memory_init(&information);
}

static int larger_first(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->size < y->size ? 1 : x->size > y->size ? -1 : 0;
}

/* The model: returns the pages of the KEPT largest ranges from first to end. */
static uint64_t model_pages(size_t count, uint64_t first, uint64_t end, uint64_t *largest)
{
	struct entry zone[ENTRIES_MAX];
	uint64_t pages = 0;
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		if (entries[i].start >= first && entries[i].start < end)
			zone[found++] = entries[i];
	}
	qsort(zone, found, sizeof(zone[0]), larger_first);
	for (size_t i = 0; i < found && i < KEPT; i++)
		pages += zone[i].size / 4096;
	if (found > 0 && zone[0].size > *largest)
		*largest = zone[0].size;
	return pages;
}

/* Ranges that do not touch, in a random order: below 1 MiB, below 4 GiB, above. */
static void make_entries(size_t count, uint32_t seed)
{
	static const uint64_t bases[] = {64 * 1024, 2 * MIB, 8 * GIB};

	for (size_t i = 0; i < count; i++) {
		unsigned zone = unit_random(&seed) % 4 * 2 / 3;
		uint64_t slot = zone == 0 ? 4096 : SLOT;

		entries[i].start = bases[zone] + i * slot;
		entries[i].size = zone == 0 ? 4096 : (1 + unit_random(&seed) % 15) * 4096;
	}
	for (size_t i = count; i > 1; i--) {
		size_t other = unit_random(&seed) % i;
		struct entry swapped = entries[i - 1];

		entries[i - 1] = entries[other];
		entries[other] = swapped;
	}
}

static bool is_free(size_t count, uint64_t phys)
{
	for (size_t i = 0; i < count; i++) {
		if (phys >= entries[i].start && phys + 4096 <= entries[i].start + entries[i].size)
			return true;
	}
	return false;
}

static void check_map(size_t count, uint32_t seed)
{
	uint64_t largest = 0, above_1_mib, pages, phys, taken = 0;

	make_entries(count, seed);
	assert_int_equal(init(count), MEMORY_FROM_MAP);
	above_1_mib = model_pages(count, MIB, 4 * GIB, &largest) +
	              model_pages(count, 4 * GIB, UINT64_MAX, &largest);
	assert_int_equal(memory_largest(), largest);
	if (largest != 0) {
		phys = memory_take(largest / 4096);
		assert_true(is_free(count, phys) && is_free(count, phys + largest - 4096));
		taken = largest / 4096;
	}
	for (; (phys = memory_take(1)) != 0; taken++)
		assert_true(is_free(count, phys));
	assert_int_equal(taken, above_1_mib);
	pages = 0;
	assert_int_equal(memory_take_low() != 0, model_pages(count, 0, MIB, &pages) > 0);
}

#define CHECK(name, count, seed)        \
	static void name(void **state)  \
	{                               \
		check_map(count, seed); \
	}

CHECK(a_map_of_few_ranges_is_kept_whole, 12, 1)
CHECK(of_a_hundred_ranges_the_largest_are_kept, 100, 2)
CHECK(of_two_hundred_ranges_the_largest_are_kept, 200, 3)
CHECK(in_another_order_too, 200, 4)
CHECK(and_in_yet_another, 150, 5)

static void the_only_large_range_is_kept_wherever_the_map_has_it(void **state)
{
	for (size_t i = 0; i < ENTRIES_MAX; i++)
		entries[i] = (struct entry){2 * MIB + i * SLOT, 4096};
	entries[ENTRIES_MAX - 1].size = 64 * MIB;
	init(ENTRIES_MAX);
	assert_int_equal(memory_take(2), entries[ENTRIES_MAX - 1].start);
}

static void a_page_below_1_mib_is_kept_beside_any_number_of_large_ranges(void **state)
{
	for (size_t i = 0; i < ENTRIES_MAX - 1; i++)
		entries[i] = (struct entry){2 * MIB + i * SLOT, SLOT - 4096};
	entries[ENTRIES_MAX - 1] = (struct entry){0x80000, 4096};
	init(ENTRIES_MAX);
	assert_int_equal(memory_take_low(), 0x80000);
}

static void without_a_map_the_sizes_are_used(void **state)
{
	struct boot_information information = {.lower_kib = 639, .upper_kib = 1024};

	assert_int_equal(memory_init(&information), MEMORY_FROM_SIZES);
	assert_int_equal(memory_total(), (639 + 1024) * 1024);
	assert_int_equal(memory_take_low(), 0x9E000);
	assert_int_equal(memory_take(256), MIB);
	assert_int_equal(memory_take(1), 0);
}

static void sizes_of_4_tib_do_not_wrap(void **state)
{
	struct boot_information information = {.lower_kib = UINT32_MAX, .upper_kib = UINT32_MAX};

	assert_int_equal(memory_init(&information), MEMORY_FROM_SIZES);
	assert_true(memory_take(1) >= MIB);
}

static void without_either_nothing_is_known(void **state)
{
	struct boot_information information = {0};

	assert_int_equal(memory_init(&information), MEMORY_UNKNOWN);
	assert_int_equal(memory_largest(), 0);
	assert_int_equal(memory_take(1), 0);
}

/* What finds no room in the list is counted: all that is there is handed out, or left out. */
static void what_is_left_out_is_counted(void **state)
{
	struct unit_writer map = {0};
	struct boot_information information = {.memory_entry_size = 24};
	uint64_t pages = 0, available = 0;

	for (uint64_t i = 0; i < 300; i++) {
		uint64_t size = (1 + i * 37 % 101) * 4096;

		unit_put(&map, (2 + i) << 20, 8);
		unit_put(&map, size, 8);
		unit_put(&map, MEMORY_RANGE_AVAILABLE, 8);
		available += size;
	}
	information.memory_map = unit_written(&map);
	memory_init(&information);
	while (memory_take(1) != 0)
		pages++;
	assert_true(memory_left_out() > 0);
	assert_int_equal(pages * 4096 + memory_left_out(), available);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_map_of_few_ranges_is_kept_whole),
		cmocka_unit_test(of_a_hundred_ranges_the_largest_are_kept),
		cmocka_unit_test(of_two_hundred_ranges_the_largest_are_kept),
		cmocka_unit_test(in_another_order_too),
		cmocka_unit_test(and_in_yet_another),
		cmocka_unit_test(the_only_large_range_is_kept_wherever_the_map_has_it),
		cmocka_unit_test(a_page_below_1_mib_is_kept_beside_any_number_of_large_ranges),
		cmocka_unit_test(without_a_map_the_sizes_are_used),
		cmocka_unit_test(sizes_of_4_tib_do_not_wrap),
		cmocka_unit_test(without_either_nothing_is_known),
		cmocka_unit_test(what_is_left_out_is_counted),
	};

	return unit_run(rules, COUNT_OF(rules));
}
