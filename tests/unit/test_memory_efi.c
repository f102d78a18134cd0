/*
 * kernel/machine/memory.h under UEFI: memory that its drivers had, and to which their devices may
 * still write, goes last.
 */
#include "kernel/machine/memory.h"
#include "tests/unit/unit.h"

#define MIB (1ull << 20)
#define GIB (1ull << 30)

enum {
	LOADER_CODE = 1,
	LOADER_DATA = 2,
	BOOT_SERVICES_CODE = 3,
	BOOT_SERVICES_DATA = 4,
	RUNTIME_SERVICES_CODE = 5,
	CONVENTIONAL = 7,
	ACPI_RECLAIM = 9,
	ENTRY_SIZE = 48, /* more than its fields take, as with every UEFI */
};

struct entry {
	uint32_t type;
	uint64_t start, pages;
};

static struct bytes efi_map(size_t count, const struct entry *entries)
{
	struct unit_writer map = {0};

	for (size_t i = 0; i < count; i++) {
		unit_put(&map, entries[i].type, 8);
		unit_put(&map, entries[i].start, 8);
		unit_put(&map, 0, 8);
		unit_put(&map, entries[i].pages, 8);
		unit_fill(&map, (i + 1) * ENTRY_SIZE);
	}
	return unit_written(&map);
}

/* The loader's own map calls all of it available, from 1 MiB to 9 MiB. */
static enum memory_source init_with(size_t count, const struct entry *entries)
{
	struct unit_writer map = {0};
	struct boot_information information = {.memory_entry_size = 24,
	                                       .efi_map = efi_map(count, entries),
	                                       .efi_entry_size = ENTRY_SIZE};

	unit_put(&map, MIB, 8);
	unit_put(&map, 8 * MIB, 8);
	unit_put(&map, MEMORY_RANGE_AVAILABLE, 8);
	information.memory_map = unit_written(&map);
	return memory_init(&information);
}

#define INIT(...)                                                  \
	init_with(COUNT_OF(((const struct entry[]){__VA_ARGS__})), \
	          (const struct entry[]){__VA_ARGS__})

static void memory_that_uefi_used_goes_last(void **state)
{
	assert_int_equal(INIT({BOOT_SERVICES_DATA, MIB, 2}, {LOADER_DATA, 2 * MIB, 1},
	                      {CONVENTIONAL, 4 * MIB, 2}),
	                 MEMORY_FROM_EFI_MAP);
	assert_int_equal(memory_take(1), 4 * MIB);
	assert_int_equal(memory_take(1), 4 * MIB + 4096);
	assert_int_equal(memory_take(1), MIB);
	assert_int_equal(memory_take(1), MIB + 4096);
	assert_int_equal(memory_take(1), 2 * MIB);
	assert_int_equal(memory_take(1), 0);
}

static void only_memory_that_is_free_after_boot_services_is_handed_out(void **state)
{
	static const uint32_t expected[] = {CONVENTIONAL, LOADER_CODE, LOADER_DATA,
	                                    BOOT_SERVICES_CODE, BOOT_SERVICES_DATA};
	struct entry entries[17];

	for (uint32_t type = 0; type < COUNT_OF(entries); type++)
		entries[type] = (struct entry){type, (16 + type) * MIB, 1};
	init_with(COUNT_OF(entries), entries);
	for (size_t i = 0; i < COUNT_OF(expected); i++)
		assert_int_equal(memory_take(1), (16 + expected[i]) * MIB);
	assert_int_equal(memory_take(1), 0);
}

static void memory_below_4_gib_goes_before_unused_memory_above(void **state)
{
	INIT({CONVENTIONAL, 4 * GIB, 2}, {BOOT_SERVICES_CODE, 2 * MIB, 1});
	assert_int_equal(memory_take(1), 2 * MIB);
	assert_int_equal(memory_take(1), 4 * GIB);
}

static void the_page_to_start_cpus_is_an_unused_one_if_there_is_one(void **state)
{
	INIT({CONVENTIONAL, 0x20000, 1}, {BOOT_SERVICES_DATA, 0x30000, 1});
	assert_int_equal(memory_take_low(), 0x20000);
	assert_int_equal(memory_take_low(), 0x30000);
	assert_int_equal(memory_take_low(), 0);
}

static void all_memory_and_what_was_unused_are_counted(void **state)
{
	INIT({BOOT_SERVICES_DATA, MIB, 3}, {CONVENTIONAL, 2 * MIB, 5}, {ACPI_RECLAIM, 4 * MIB, 7});
	assert_int_equal(memory_total(), 8 * 4096);
	assert_int_equal(memory_unused(), 5 * 4096);
	assert_int_equal(memory_largest(), 5 * 4096);
}

static void the_largest_range_may_be_a_used_one(void **state)
{
	INIT({CONVENTIONAL, 2 * MIB, 5}, {BOOT_SERVICES_DATA, 4 * MIB, 7});
	assert_int_equal(memory_largest(), 7 * 4096);
}

static void many_small_ranges_are_no_news(void **state)
{
	struct entry entries[100];

	for (size_t i = 0; i < COUNT_OF(entries); i++)
		entries[i] = (struct entry){CONVENTIONAL, (2 + i) * MIB, 1 + i};
	init_with(COUNT_OF(entries), entries);
	assert_int_equal(memory_left_out(), 0);
	assert_int_equal(memory_largest(), 100 * 4096);
}

static void without_memory_in_uefis_map_the_loaders_map_is_used(void **state)
{
	assert_int_equal(INIT({RUNTIME_SERVICES_CODE, 4 * MIB, 2}), MEMORY_FROM_MAP);
	assert_int_equal(memory_total(), 8 * MIB);
	assert_int_equal(memory_unused(), 8 * MIB);
	assert_int_equal(memory_take(1), MIB);
}

static void a_range_that_would_wrap_ends_with_the_address_space(void **state)
{
	INIT({CONVENTIONAL, 2 * MIB, UINT64_MAX},
	     {CONVENTIONAL, UINT64_MAX - 4095, UINT64_MAX / 4096});
	assert_int_equal(memory_take(1), 2 * MIB);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(memory_that_uefi_used_goes_last),
		cmocka_unit_test(only_memory_that_is_free_after_boot_services_is_handed_out),
		cmocka_unit_test(memory_below_4_gib_goes_before_unused_memory_above),
		cmocka_unit_test(the_page_to_start_cpus_is_an_unused_one_if_there_is_one),
		cmocka_unit_test(all_memory_and_what_was_unused_are_counted),
		cmocka_unit_test(the_largest_range_may_be_a_used_one),
		cmocka_unit_test(many_small_ranges_are_no_news),
		cmocka_unit_test(without_memory_in_uefis_map_the_loaders_map_is_used),
		cmocka_unit_test(a_range_that_would_wrap_ends_with_the_address_space),
	};

	return unit_run(rules, COUNT_OF(rules));
}
