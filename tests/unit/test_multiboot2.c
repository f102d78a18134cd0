/* kernel/multiboot2.h: the loader's information, well formed and not. */
#include "kernel/multiboot2.h"
#include "tests/unit/unit.h"

/* A tag whose header says size, filled with zeros up to the next multiple of 8. */
static void put_tag(struct unit_writer *to, uint32_t type, const void *body, uint32_t size)
{
	unit_put(to, type, 4);
	unit_put(to, 8 + size, 4);
	for (uint32_t i = 0; i < size; i++)
		unit_put(to, ((const uint8_t *)body)[i], 1);
	unit_fill(to, (to->size + 7) & ~(size_t)7);
}

static void begin(struct unit_writer *to)
{
	*to = (struct unit_writer){0};
	unit_fill(to, 8);
}

static struct bytes end(struct unit_writer *to)
{
	put_tag(to, 0, NULL, 0);
	unit_set(to, 0, to->size, 4);
	return unit_written(to);
}

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

static struct multiboot2 with_map(uint32_t entry_size, size_t count, const uint64_t (*entries)[3])
{
	struct unit_writer body = map_body(entry_size, count, entries);
	struct unit_writer information;
	struct multiboot2 result;

	begin(&information);
	put_tag(&information, 6, body.at, (uint32_t)body.size);
	assert_null(multiboot2_parse(end(&information), &result));
	return result;
}

static void every_known_tag_is_found_and_others_are_passed_over(void **state)
{
	struct unit_writer information;
	struct multiboot2 result;

	begin(&information);
	put_tag(&information, 4, "12345678", 8);
	put_tag(&information, 1, "observe", 8);
	put_tag(&information, 2, "GRUB 2.06", 10);
	put_tag(&information, 8, "framebuffer", 11);
	put_tag(&information, 14, "old", 3);
	put_tag(&information, 99, "unknown", 7);
	put_tag(&information, 15, "newer", 5);
	assert_null(multiboot2_parse(end(&information), &result));
	assert_true(bytes_equal(result.command_line, "observe"));
	assert_true(bytes_equal(result.loader_name, "GRUB 2.06"));
	assert_true(bytes_equal(result.framebuffer, "framebuffer"));
	assert_true(bytes_equal(result.rsdp_old, "old"));
	assert_true(bytes_equal(result.rsdp_new, "newer"));
	assert_int_equal(result.memory_map.size, 0);
}

static void what_the_loader_does_not_give_is_empty(void **state)
{
	struct unit_writer information;
	struct multiboot2 result;
	struct memory_range range;

	memset(&result, 0xAA, sizeof(result));
	begin(&information);
	assert_null(multiboot2_parse(end(&information), &result));
	assert_int_equal(result.command_line.size, 0);
	assert_int_equal(result.loader_name.size, 0);
	assert_int_equal(result.rsdp_old.size, 0);
	assert_int_equal(result.rsdp_new.size, 0);
	assert_false(multiboot2_memory_range(&result, 0, &range));
}

static void a_string_without_its_zero_ends_with_its_tag(void **state)
{
	struct unit_writer information;
	struct multiboot2 result;

	begin(&information);
	put_tag(&information, 1, "observe", 7);
	put_tag(&information, 2, "GRUB", 4);
	assert_null(multiboot2_parse(end(&information), &result));
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
	struct multiboot2 result;
	struct bytes whole;

	begin(&information);
	whole = end(&information);
	assert_null(multiboot2_parse(whole, &result));
	whole.size--;
	assert_non_null(multiboot2_parse(whole, &result));
}

static void what_lies_behind_the_stated_size_does_not_count(void **state)
{
	struct unit_writer information;
	struct multiboot2 result;

	begin(&information);
	put_tag(&information, 1, "observe", 8);
	end(&information);
	unit_set(&information, 0, 24, 4);
	assert_string_equal(multiboot2_parse(unit_written(&information), &result),
	                    "it ends without an end tag");
	assert_true(bytes_equal(result.command_line, "observe"));
}

static void every_cut_of_the_information_is_noticed(void **state)
{
	struct unit_writer information;
	struct multiboot2 result;
	struct bytes whole;

	begin(&information);
	put_tag(&information, 1, "observe", 8);
	put_tag(&information, 2, "GRUB", 5);
	whole = end(&information);
	for (uint32_t size = 0; size < whole.size; size++) {
		struct unit_writer cut = information;

		unit_set(&cut, 0, size, 4);
		cut.size = size < 8 ? 8 : size;
		assert_non_null(multiboot2_parse(unit_written(&cut), &result));
	}
}

static void a_tag_shorter_than_its_header_does_not_hang(void **state)
{
	for (uint32_t size = 0; size < 8; size++) {
		struct unit_writer information;
		struct multiboot2 result;

		begin(&information);
		put_tag(&information, 1, "observe", 8);
		unit_set(&information, 12, size, 4);
		assert_string_equal(multiboot2_parse(end(&information), &result),
		                    "a tag is shorter than its own header");
	}
}

static void a_tag_longer_than_the_whole_is_refused_and_what_came_before_is_kept(void **state)
{
	static const uint32_t sizes[] = {33, 0x7FFFFFFF, 0xFFFFFFF8, 0xFFFFFFFF};

	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct unit_writer information;
		struct multiboot2 result;

		begin(&information);
		put_tag(&information, 1, "observe", 8);
		put_tag(&information, 2, "GRUB", 5);
		unit_set(&information, 8 + 16 + 4, sizes[i], 4);
		assert_string_equal(multiboot2_parse(end(&information), &result),
		                    "a tag is longer than the whole");
		assert_true(bytes_equal(result.command_line, "observe"));
		assert_int_equal(result.loader_name.size, 0);
	}
}

static void memory_ranges_come_in_order_until_the_last(void **state)
{
	static const uint64_t entries[][3] = {
		{0, 0x9FC00, 1}, {0x9FC00, 0x400, 2}, {1 << 20, 1 << 27, 1}};
	struct multiboot2 result = with_map(24, COUNT(entries), entries);
	struct memory_range range;

	for (size_t i = 0; i < COUNT(entries); i++) {
		assert_true(multiboot2_memory_range(&result, i, &range));
		assert_int_equal(range.start, entries[i][0]);
		assert_int_equal(range.end, entries[i][0] + entries[i][1]);
		assert_int_equal(range.type, entries[i][2]);
	}
	assert_false(multiboot2_memory_range(&result, COUNT(entries), &range));
	assert_int_equal(range.end, 0);
	assert_false(multiboot2_memory_range(&result, SIZE_MAX, &range));
	assert_false(multiboot2_memory_range(&result, SIZE_MAX / 24 + 2, &range));
}

static void entries_of_any_size_that_holds_the_fields_are_read(void **state)
{
	static const uint64_t entries[][3] = {{0x1000, 0x1000, 1}, {0x4000, 0x1000, 1}};
	static const uint32_t sizes[] = {20, 24, 32, 40, 4000};

	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct multiboot2 result = with_map(sizes[i], 2, entries);
		struct memory_range range;

		assert_true(multiboot2_memory_range(&result, 1, &range));
		assert_int_equal(range.start, 0x4000);
		assert_false(multiboot2_memory_range(&result, 2, &range));
	}
}

static void entries_too_short_for_the_fields_are_refused(void **state)
{
	for (uint32_t size = 0; size < 20; size++) {
		struct unit_writer body = map_body(size, 0, NULL), information;
		struct multiboot2 result;
		struct memory_range range;

		unit_fill(&body, 64);
		begin(&information);
		put_tag(&information, 6, body.at, (uint32_t)body.size);
		assert_non_null(multiboot2_parse(end(&information), &result));
		assert_false(multiboot2_memory_range(&result, 0, &range));
	}
}

static void an_entry_that_is_cut_off_is_none(void **state)
{
	struct unit_writer body = map_body(24, 1, (const uint64_t[][3]){{0x1000, 0x1000, 1}}),
			   information;
	struct multiboot2 result;
	struct memory_range range;

	unit_fill(&body, body.size + 19);
	begin(&information);
	put_tag(&information, 6, body.at, (uint32_t)body.size);
	assert_null(multiboot2_parse(end(&information), &result));
	assert_true(multiboot2_memory_range(&result, 0, &range));
	assert_false(multiboot2_memory_range(&result, 1, &range));
}

static void a_range_that_would_wrap_ends_with_the_address_space(void **state)
{
	static const uint64_t entries[][3] = {{UINT64_MAX - 0xFFF, 0x2000, 1},
	                                      {0x1000, UINT64_MAX, 1}};
	struct multiboot2 result = with_map(24, 2, entries);
	struct memory_range range;

	for (size_t i = 0; i < 2; i++) {
		assert_true(multiboot2_memory_range(&result, i, &range));
		assert_int_equal(range.end, UINT64_MAX);
	}
}

static void a_memory_map_without_an_entry_size_is_refused(void **state)
{
	struct unit_writer information;
	struct multiboot2 result;

	begin(&information);
	put_tag(&information, 6, "\0\0\0", 3);
	assert_string_equal(multiboot2_parse(end(&information), &result),
	                    "the memory map has no entry size");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(every_known_tag_is_found_and_others_are_passed_over),
		cmocka_unit_test(what_the_loader_does_not_give_is_empty),
		cmocka_unit_test(a_string_without_its_zero_ends_with_its_tag),
		cmocka_unit_test(the_stated_size_is_the_headers_first_number),
		cmocka_unit_test(information_larger_than_its_memory_is_refused),
		cmocka_unit_test(what_lies_behind_the_stated_size_does_not_count),
		cmocka_unit_test(every_cut_of_the_information_is_noticed),
		cmocka_unit_test(a_tag_shorter_than_its_header_does_not_hang),
		cmocka_unit_test(
			a_tag_longer_than_the_whole_is_refused_and_what_came_before_is_kept),
		cmocka_unit_test(memory_ranges_come_in_order_until_the_last),
		cmocka_unit_test(entries_of_any_size_that_holds_the_fields_are_read),
		cmocka_unit_test(entries_too_short_for_the_fields_are_refused),
		cmocka_unit_test(an_entry_that_is_cut_off_is_none),
		cmocka_unit_test(a_range_that_would_wrap_ends_with_the_address_space),
		cmocka_unit_test(a_memory_map_without_an_entry_size_is_refused),
	};

	return unit_run(rules, COUNT(rules));
}
