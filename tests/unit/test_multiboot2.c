/* kernel/tables/multiboot2.h: the loader's information, valid and broken. */
#include "kernel/tables/multiboot2.h"
#include "tests/unit/fake_loader.h"

static void every_known_tag_is_found_and_others_are_passed_over(void **state)
{
	struct unit_writer information;
	struct boot_information result;

	loader_begin(&information);
	loader_put_tag(&information, 4, "12345678", 8);
	loader_put_tag(&information, 1, "observe", 8);
	loader_put_tag(&information, 2, "GRUB 2.06", 10);
	loader_put_tag(&information, 8, "framebuffer", 11);
	loader_put_tag(&information, 14, "old", 3);
	loader_put_tag(&information, 99, "unknown", 7);
	loader_put_tag(&information, 15, "newer", 5);
	loader_put_tag(&information, 17, "\x30\0\0\0\1\0\0\0descriptors", 19);
	assert_null(multiboot2_parse(loader_end(&information), &result));
	assert_true(bytes_equal(result.command_line, "observe"));
	assert_true(bytes_equal(result.loader_name, "GRUB 2.06"));
	assert_true(bytes_equal(result.framebuffer, "framebuffer"));
	assert_true(bytes_equal(result.rsdp_old, "old"));
	assert_true(bytes_equal(result.rsdp_new, "newer"));
	assert_int_equal(result.lower_kib, 0x34333231);
	assert_int_equal(result.upper_kib, 0x38373635);
	assert_int_equal(result.modules, 0);
	assert_int_equal(result.memory_map.size, 0);
	assert_int_equal(result.efi_entry_size, 0x30);
	assert_true(bytes_equal(result.efi_map, "descriptors"));
}

static void either_efi_system_table_tells_of_uefi(void **state)
{
	for (uint32_t type = 10; type <= 13; type++) {
		struct unit_writer information;
		struct boot_information result;

		loader_begin(&information);
		loader_put_tag(&information, type, "12345678", 8);
		assert_null(multiboot2_parse(loader_end(&information), &result));
		assert_int_equal(result.efi, type == 11 || type == 12);
		assert_int_equal(result.efi_64, type == 12);
		assert_int_equal(result.efi_phys, type == 11   ? 0x34333231
		                                  : type == 12 ? 0x3837363534333231
		                                               : 0);
	}
}

static void what_the_loader_does_not_give_is_empty(void **state)
{
	struct unit_writer information;
	struct boot_information result;
	struct memory_range range;

	memset(&result, 0xAA, sizeof(result));
	loader_begin(&information);
	assert_null(multiboot2_parse(loader_end(&information), &result));
	assert_int_equal(result.command_line.size, 0);
	assert_int_equal(result.loader_name.size, 0);
	assert_int_equal(result.rsdp_old.size, 0);
	assert_int_equal(result.rsdp_new.size, 0);
	assert_int_equal(result.lower_kib | result.upper_kib | result.modules, 0);
	assert_false(boot_information_range(&result, 0, &range));
}

static void a_string_without_its_zero_ends_with_its_tag(void **state)
{
	struct unit_writer information;
	struct boot_information result;

	loader_begin(&information);
	loader_put_tag(&information, 1, "observe", 7);
	loader_put_tag(&information, 2, "GRUB", 4);
	assert_null(multiboot2_parse(loader_end(&information), &result));
	assert_true(bytes_equal(result.command_line, "observe"));
	assert_true(bytes_equal(result.loader_name, "GRUB"));
}

static void the_stated_size_is_the_headers_first_number(void **state)
{
	assert_int_equal(multiboot2_size(unit_bytes("\x10\x20\0\0", 4)), 0x2010);
	assert_int_equal(multiboot2_size(unit_bytes("\x10\x20\0", 3)), 0);
	assert_int_equal(multiboot2_size((struct bytes){0}), 0);
}

static void information_larger_than_its_memory_is_refused(void **state)
{
	struct unit_writer information;
	struct boot_information result;
	struct bytes whole;

	loader_begin(&information);
	whole = loader_end(&information);
	assert_null(multiboot2_parse(whole, &result));
	whole.size--;
	assert_non_null(multiboot2_parse(whole, &result));
}

static void what_lies_behind_the_stated_size_does_not_count(void **state)
{
	struct unit_writer information;
	struct boot_information result;

	loader_begin(&information);
	loader_put_tag(&information, 1, "observe", 8);
	loader_end(&information);
	unit_set(&information, 0, 24, 4);
	assert_string_equal(multiboot2_parse(unit_written(&information), &result),
	                    "it ends without an end tag");
	assert_true(bytes_equal(result.command_line, "observe"));
}

static void every_cut_of_the_information_is_noticed(void **state)
{
	struct unit_writer information;
	struct boot_information result;
	struct bytes whole;

	loader_begin(&information);
	loader_put_tag(&information, 1, "observe", 8);
	loader_put_tag(&information, 2, "GRUB", 5);
	whole = loader_end(&information);
	for (uint32_t size = 0; size < whole.size; size++) {
		struct unit_writer cut = information;

		unit_set(&cut, 0, size, 4);
		cut.size = size < 8 ? 8 : size;
		assert_non_null(multiboot2_parse(unit_written(&cut), &result));
	}
}

static void a_tag_of_nothing_but_its_header_is_passed_over(void **state)
{
	struct unit_writer information;
	struct boot_information result;

	loader_begin(&information);
	loader_put_tag(&information, 18, NULL, 0);
	loader_put_tag(&information, 1, "observe", 8);
	assert_null(multiboot2_parse(loader_end(&information), &result));
	assert_true(bytes_equal(result.command_line, "observe"));
}

static void a_tag_shorter_than_its_header_does_not_hang(void **state)
{
	for (uint32_t size = 0; size < 8; size++) {
		struct unit_writer information;
		struct boot_information result;

		loader_begin(&information);
		loader_put_tag(&information, 1, "observe", 8);
		unit_set(&information, 12, size, 4);
		assert_string_equal(multiboot2_parse(loader_end(&information), &result),
		                    "a tag is shorter than its own header");
	}
}

static void a_tag_longer_than_the_whole_is_refused_and_what_came_before_is_kept(void **state)
{
	static const uint32_t sizes[] = {33, 0x7FFFFFFF, 0xFFFFFFF8, 0xFFFFFFFF};

	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct unit_writer information;
		struct boot_information result;

		loader_begin(&information);
		loader_put_tag(&information, 1, "observe", 8);
		loader_put_tag(&information, 2, "GRUB", 5);
		unit_set(&information, 8 + 16 + 4, sizes[i], 4);
		assert_string_equal(multiboot2_parse(loader_end(&information), &result),
		                    "a tag extends past the end of the boot information");
		assert_true(bytes_equal(result.command_line, "observe"));
		assert_int_equal(result.loader_name.size, 0);
	}
}

static const char *map_with_entry_size(uint32_t type, uint32_t entry_size,
                                       struct boot_information *result)
{
	struct unit_writer information, body = {0};

	unit_put(&body, entry_size, 4);
	unit_fill(&body, 56);
	loader_begin(&information);
	loader_put_tag(&information, type, body.at, (uint32_t)body.size);
	return multiboot2_parse(loader_end(&information), result);
}

static void maps_with_short_entries_are_not_read(void **state)
{
	struct boot_information result;

	assert_string_equal(map_with_entry_size(6, 19, &result),
	                    "the memory map's entries are too short");
	assert_int_equal(result.memory_map.size, 0);
	assert_null(map_with_entry_size(6, 20, &result));
	assert_int_equal(result.memory_entry_size, 20);
	assert_int_equal(result.memory_map.size, 48);
	assert_null(map_with_entry_size(17, 39, &result));
	assert_int_equal(result.efi_map.size, 0);
	assert_null(map_with_entry_size(17, 40, &result));
	assert_int_equal(result.efi_entry_size, 40);
	assert_int_equal(result.efi_map.size, 48);
}

/* Some loader might not fill in its size: nothing is read of it. */
static void an_end_tag_ends_whatever_its_size(void **state)
{
	for (uint32_t size = 0; size <= 16; size++) {
		struct unit_writer information;
		struct boot_information result;

		loader_begin(&information);
		loader_put_tag(&information, 3, "module", 6);
		loader_end(&information);
		unit_set(&information, information.size - 4, size, 4);
		assert_null(multiboot2_parse(unit_written(&information), &result));
		assert_int_equal(result.modules, 1);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(every_known_tag_is_found_and_others_are_passed_over),
		cmocka_unit_test(either_efi_system_table_tells_of_uefi),
		cmocka_unit_test(what_the_loader_does_not_give_is_empty),
		cmocka_unit_test(a_string_without_its_zero_ends_with_its_tag),
		cmocka_unit_test(the_stated_size_is_the_headers_first_number),
		cmocka_unit_test(information_larger_than_its_memory_is_refused),
		cmocka_unit_test(what_lies_behind_the_stated_size_does_not_count),
		cmocka_unit_test(every_cut_of_the_information_is_noticed),
		cmocka_unit_test(a_tag_of_nothing_but_its_header_is_passed_over),
		cmocka_unit_test(a_tag_shorter_than_its_header_does_not_hang),
		cmocka_unit_test(
			a_tag_longer_than_the_whole_is_refused_and_what_came_before_is_kept),
		cmocka_unit_test(maps_with_short_entries_are_not_read),
		cmocka_unit_test(an_end_tag_ends_whatever_its_size),
	};

	return unit_run(rules, COUNT_OF(rules));
}
