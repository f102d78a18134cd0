/* kernel/tables/boot_information.h: the memory map, entry by entry. */
#include "kernel/tables/multiboot2.h"
#include "tests/unit/fake_loader.h"

/* The memory map's body: its entries' size and version, then entries of that size. */
static struct unit_writer map_body(uint32_t entry_size, size_t count, const uint64_t (*entries)[3])
{
	struct unit_writer body = {0};

	unit_put(&body, entry_size, 4);
	unit_put(&body, 0, 4);
	for (size_t i = 0; i < count; i++) {
		unit_put(&body, entries[i][0], 8);
		unit_put(&body, entries[i][1], 8);
		unit_put(&body, entries[i][2], 4);
		unit_fill(&body, 8 + (i + 1) * entry_size);
	}
	return body;
}

static struct boot_information with_map(uint32_t entry_size, size_t count,
                                        const uint64_t (*entries)[3])
{
	struct unit_writer body = map_body(entry_size, count, entries);
	struct unit_writer information;
	struct boot_information result;

	loader_begin(&information);
	loader_put_tag(&information, 6, body.at, (uint32_t)body.size);
	assert_null(multiboot2_parse(loader_end(&information), &result));
	return result;
}

static void memory_ranges_come_in_order_until_the_last(void **state)
{
	static const uint64_t entries[][3] = {
		{0, 0x9FC00, 1}, {0x9FC00, 0x400, 2}, {1 << 20, 1 << 27, 1}};
	struct boot_information result = with_map(24, COUNT_OF(entries), entries);
	struct memory_range range;

	for (size_t i = 0; i < COUNT_OF(entries); i++) {
		assert_true(boot_information_range(&result, i, &range));
		assert_int_equal(range.start, entries[i][0]);
		assert_int_equal(range.end, entries[i][0] + entries[i][1]);
		assert_int_equal(range.type, entries[i][2]);
	}
	assert_false(boot_information_range(&result, COUNT_OF(entries), &range));
	assert_int_equal(range.end, 0);
	assert_false(boot_information_range(&result, SIZE_MAX, &range));
	assert_false(boot_information_range(&result, SIZE_MAX / 24 + 2, &range));
}

static void entries_of_any_size_that_holds_the_fields_are_read(void **state)
{
	static const uint64_t entries[][3] = {{0x1000, 0x1000, 1}, {0x4000, 0x1000, 1}};
	static const uint32_t sizes[] = {20, 24, 32, 40, 4000};

	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct boot_information result = with_map(sizes[i], 2, entries);
		struct memory_range range;

		assert_true(boot_information_range(&result, 1, &range));
		assert_int_equal(range.start, 0x4000);
		assert_false(boot_information_range(&result, 2, &range));
	}
}

static void entries_too_short_for_the_fields_are_refused(void **state)
{
	for (uint32_t size = 0; size < 20; size++) {
		struct unit_writer body = map_body(size, 0, NULL), information;
		struct boot_information result;
		struct memory_range range;

		unit_fill(&body, 64);
		loader_begin(&information);
		loader_put_tag(&information, 6, body.at, (uint32_t)body.size);
		assert_non_null(multiboot2_parse(loader_end(&information), &result));
		assert_false(boot_information_range(&result, 0, &range));
	}
}

static void an_entry_that_is_cut_off_is_none(void **state)
{
	struct unit_writer body = map_body(24, 1, (const uint64_t[][3]){{0x1000, 0x1000, 1}}),
			   information;
	struct boot_information result;
	struct memory_range range;

	unit_fill(&body, body.size + 19);
	loader_begin(&information);
	loader_put_tag(&information, 6, body.at, (uint32_t)body.size);
	assert_null(multiboot2_parse(loader_end(&information), &result));
	assert_true(boot_information_range(&result, 0, &range));
	assert_false(boot_information_range(&result, 1, &range));
}

static void a_range_that_would_wrap_ends_with_the_address_space(void **state)
{
	static const uint64_t entries[][3] = {{UINT64_MAX - 0xFFF, 0x2000, 1},
	                                      {0x1000, UINT64_MAX, 1}};
	struct boot_information result = with_map(24, 2, entries);
	struct memory_range range;

	for (size_t i = 0; i < 2; i++) {
		assert_true(boot_information_range(&result, i, &range));
		assert_int_equal(range.end, UINT64_MAX);
	}
}

static void a_memory_map_without_an_entry_size_is_refused(void **state)
{
	struct unit_writer information;
	struct boot_information result;

	loader_begin(&information);
	loader_put_tag(&information, 6, "\0\0\0", 3);
	assert_string_equal(multiboot2_parse(loader_end(&information), &result),
	                    "the memory map has no entry size");
}

/* UEFI's map: entries of the stated size; only size bytes of the map exist. */
static struct boot_information with_efi_map(uint32_t entry_size, size_t size)
{
	struct unit_writer body = {0}, information;
	struct boot_information result;

	unit_put(&body, entry_size, 4);
	unit_put(&body, 1, 4);
	for (uint64_t i = 1; body.size < 8 + size; i++) {
		size_t start = body.size;

		unit_put(&body, 7, 8);
		unit_put(&body, i << 20, 8);
		unit_put(&body, 0, 8);
		unit_put(&body, 2, 8);
		unit_fill(&body, start + entry_size);
	}
	loader_begin(&information);
	loader_put_tag(&information, 17, body.at, (uint32_t)(8 + size));
	assert_null(multiboot2_parse(loader_end(&information), &result));
	return result;
}

static void uefis_map_is_read_with_entries_of_its_size(void **state)
{
	struct boot_information result = with_efi_map(48, 2 * 48);
	struct memory_range range;

	assert_true(boot_information_efi_range(&result, 1, &range));
	assert_int_equal(range.start, 2 << 20);
	assert_int_equal(range.end, (2 << 20) + 2 * 4096);
	assert_int_equal(range.type, EFI_CONVENTIONAL_MEMORY);
	assert_false(boot_information_efi_range(&result, 2, &range));
	assert_false(boot_information_efi_range(&result, SIZE_MAX, &range));
	assert_int_equal(range.end, 0);
}

static void uefis_map_with_entries_too_short_for_the_fields_is_none(void **state)
{
	struct boot_information result = with_efi_map(39, 2 * 39);
	struct memory_range range;

	assert_false(boot_information_efi_range(&result, 0, &range));
	result = with_efi_map(40, 31);
	assert_false(boot_information_efi_range(&result, 0, &range));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(memory_ranges_come_in_order_until_the_last),
		cmocka_unit_test(entries_of_any_size_that_holds_the_fields_are_read),
		cmocka_unit_test(entries_too_short_for_the_fields_are_refused),
		cmocka_unit_test(an_entry_that_is_cut_off_is_none),
		cmocka_unit_test(a_range_that_would_wrap_ends_with_the_address_space),
		cmocka_unit_test(a_memory_map_without_an_entry_size_is_refused),
		cmocka_unit_test(uefis_map_is_read_with_entries_of_its_size),
		cmocka_unit_test(uefis_map_with_entries_too_short_for_the_fields_is_none),
	};

	return unit_run(rules, COUNT_OF(rules));
}
