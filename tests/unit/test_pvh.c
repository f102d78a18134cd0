/* kernel/tables/pvh.h: the start information of a PVH loader. */
#include "kernel/tables/pvh.h"
#include "tests/unit/unit.h"

enum { MAGIC = 0, VERSION = 4, MODULES = 12, COMMAND_LINE = 24, RSDP = 32, MAP = 40, ENTRIES = 48 };
enum { SIZE_OF_VERSION_0 = 40 };

/* What QEMU passes: version 1, with a command line, an RSDP and 7 ranges of memory. */
static struct unit_writer usual(void)
{
	struct unit_writer start = {0};

	unit_fill(&start, PVH_SIZE);
	unit_set(&start, MAGIC, 0x336EC578, 4);
	unit_set(&start, VERSION, 1, 4);
	unit_set(&start, COMMAND_LINE, 0x1234, 8);
	unit_set(&start, RSDP, 0xF5A80, 8);
	unit_set(&start, MAP, 0x5678, 8);
	unit_set(&start, ENTRIES, 7, 4);
	return start;
}

static void everything_is_read(void **state)
{
	struct unit_writer start = usual();
	struct pvh pvh;

	unit_set(&start, MODULES, 2, 4);
	assert_null(pvh_parse(unit_written(&start), &pvh));
	assert_int_equal(pvh.modules, 2);
	assert_int_equal(pvh.command_line_phys, 0x1234);
	assert_int_equal(pvh.rsdp_phys, 0xF5A80);
	assert_int_equal(pvh.memory_map_phys, 0x5678);
	assert_int_equal(pvh.memory_map_entries, 7);
}

static void a_later_version_is_read_as_far_as_it_is_known(void **state)
{
	struct unit_writer start = usual();
	struct pvh pvh;

	unit_set(&start, VERSION, 9, 4);
	unit_fill(&start, PVH_SIZE + 16);
	assert_null(pvh_parse(unit_written(&start), &pvh));
	assert_int_equal(pvh.memory_map_entries, 7);
}

static void version_0_has_no_memory_map(void **state)
{
	struct unit_writer start = usual();
	struct pvh pvh;

	unit_set(&start, VERSION, 0, 4);
	start.size = SIZE_OF_VERSION_0;
	assert_string_equal(pvh_parse(unit_written(&start), &pvh),
	                    "it is of version 0, which has no memory map");
	assert_int_equal(pvh.command_line_phys, 0x1234);
	assert_int_equal(pvh.rsdp_phys, 0xF5A80);
	assert_int_equal(pvh.memory_map_entries, 0);
}

static void a_wrong_magic_number_spoils_all(void **state)
{
	struct unit_writer start = usual();
	struct pvh pvh;

	unit_set(&start, MAGIC, 0x336EC579, 4);
	assert_string_equal(pvh_parse(unit_written(&start), &pvh), "its magic number is wrong");
	assert_int_equal(pvh.command_line_phys, 0);
	assert_int_equal(pvh.memory_map_phys, 0);
}

static void what_is_cut_off_is_never_read(void **state)
{
	struct unit_writer start = usual();
	struct pvh pvh;

	for (size_t size = 0; size < 52; size++) {
		start.size = size;
		assert_string_equal(
			pvh_parse(unit_written(&start), &pvh),
			size < 4    ? "its magic number is wrong"
			: size < 40 ? "it ends before its fixed fields do"
				    : "its version promises a memory map, and it ends before that");
		assert_int_equal(pvh.memory_map_entries, 0);
	}
}

static void a_map_that_is_missing_or_too_long_is_named(void **state)
{
	struct unit_writer start = usual();
	struct pvh pvh;

	unit_set(&start, ENTRIES, 0, 4);
	assert_string_equal(pvh_parse(unit_written(&start), &pvh), "it has no memory map");
	unit_set(&start, ENTRIES, 65536, 4);
	assert_null(pvh_parse(unit_written(&start), &pvh));
	for (uint64_t count = 65537; count <= UINT32_MAX; count = 2 * count + 1) {
		unit_set(&start, ENTRIES, count, 4);
		assert_string_equal(
			pvh_parse(unit_written(&start), &pvh),
			"its memory map is implausibly long; using the first 65536 entries");
		assert_int_equal(pvh.memory_map_entries, 65536);
	}
	unit_set(&start, MAP, 0, 8);
	assert_string_equal(pvh_parse(unit_written(&start), &pvh), "it has no memory map");
	assert_int_equal(pvh.memory_map_entries, 0);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(everything_is_read),
		cmocka_unit_test(a_later_version_is_read_as_far_as_it_is_known),
		cmocka_unit_test(version_0_has_no_memory_map),
		cmocka_unit_test(a_wrong_magic_number_spoils_all),
		cmocka_unit_test(what_is_cut_off_is_never_read),
		cmocka_unit_test(a_map_that_is_missing_or_too_long_is_named),
	};

	return unit_run(rules, COUNT_OF(rules));
}
