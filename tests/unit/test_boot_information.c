/* kernel/tables/boot_information.h: the ranges of a loader's memory map and of UEFI's. */
#include "kernel/tables/boot_information.h"
#include "tests/unit/unit.h"

enum { ENTRY = 24, EFI_ENTRY = 48, PAGE_SHIFT = 12 };

static void ranges_are_read_until_the_map_ends(void **state)
{
	struct unit_writer map = {0};
	struct boot_information information = {.memory_entry_size = ENTRY};
	struct memory_range range;

	for (unsigned i = 0; i < 3; i++) {
		unit_put(&map, 0x1000 * i, 8);
		unit_put(&map, 0x800, 8);
		unit_put(&map, 1 + i, 8);
	}
	information.memory_map = unit_written(&map);
	for (unsigned i = 0; i < 3; i++) {
		assert_true(boot_information_range(&information, i, &range));
		assert_int_equal(range.start, 0x1000 * i);
		assert_int_equal(range.end, 0x1000 * i + 0x800);
		assert_int_equal(range.type, 1 + i);
	}
	assert_false(boot_information_range(&information, 3, &range));
	assert_int_equal(range.start | range.end | range.type, 0);
	assert_false(boot_information_range(&information, SIZE_MAX, &range));
	information.memory_map.size--; /* the last entry is complete but for its padding */
	assert_true(boot_information_range(&information, 2, &range));
	information.memory_map.size = 2 * ENTRY + 19;
	assert_false(boot_information_range(&information, 2, &range));
}

static void a_map_without_an_entry_size_has_no_ranges(void **state)
{
	static const uint8_t zeros[EFI_ENTRY];
	struct boot_information information = {.memory_map = {zeros, sizeof(zeros)},
	                                       .efi_map = {zeros, sizeof(zeros)}};
	struct memory_range range;

	assert_false(boot_information_range(&information, 0, &range));
	assert_false(boot_information_efi_range(&information, 0, &range));
}

/* A range that reaches beyond the last address ends there, and never wraps to a lower one. */
static void no_range_wraps(void **state)
{
	static const struct {
		uint64_t start, length, end;
	} cases[] = {
		{0, 0, 0},
		{0x1000, 0, 0x1000},
		{0, UINT64_MAX, UINT64_MAX},
		{1, UINT64_MAX, UINT64_MAX},
		{UINT64_MAX - 0xFFF, 0x1000, UINT64_MAX},
		{UINT64_MAX - 0xFFF, 0xFFE, UINT64_MAX - 1},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct unit_writer map = {0};
		struct boot_information information = {.memory_entry_size = ENTRY};
		struct memory_range range;

		unit_put(&map, cases[i].start, 8);
		unit_put(&map, cases[i].length, 8);
		unit_put(&map, 1, 8);
		information.memory_map = unit_written(&map);
		assert_true(boot_information_range(&information, 0, &range));
		assert_int_equal(range.end, cases[i].end);
	}
}

/* UEFI counts in pages: 2 to the power of 52 of them are more than 64 bits of bytes. */
static void no_range_of_uefi_wraps(void **state)
{
	static const struct {
		uint64_t start, pages, end;
	} cases[] = {
		{0x1000, 2, 0x3000},         {0, (1ull << 52) - 1, UINT64_MAX - 0xFFF},
		{0, 1ull << 52, UINT64_MAX}, {0, 1ull << 55, UINT64_MAX},
		{0, UINT64_MAX, UINT64_MAX}, {0x2000, (1ull << 52) - 1, UINT64_MAX},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct unit_writer map = {0};
		struct boot_information information = {.efi_entry_size = EFI_ENTRY};
		struct memory_range range;

		unit_put(&map, 7, 8);
		unit_put(&map, cases[i].start, 8);
		unit_put(&map, 0, 8); /* virtual */
		unit_put(&map, cases[i].pages, 8);
		unit_fill(&map, EFI_ENTRY);
		information.efi_map = unit_written(&map);
		assert_true(boot_information_efi_range(&information, 0, &range));
		assert_int_equal(range.type, 7);
		assert_int_equal(range.start, cases[i].start);
		assert_int_equal(range.end, cases[i].end);
		assert_false(boot_information_efi_range(&information, 1, &range));
		assert_int_equal(range.start | range.end | range.type, 0);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(ranges_are_read_until_the_map_ends),
		cmocka_unit_test(a_map_without_an_entry_size_has_no_ranges),
		cmocka_unit_test(no_range_wraps),
		cmocka_unit_test(no_range_of_uefi_wraps),
	};

	return unit_run(rules, COUNT_OF(rules));
}
