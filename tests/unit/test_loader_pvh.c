/*
 * kernel/discover/loader_pvh.h: what a PVH loader's start information points to. The test supplies
 * memory and allocator.
 */
#include "kernel/discover/loader_pvh.h"
#include "kernel/machine/arch.h"
#include "kernel/tables/acpi.h"
#include "kernel/tables/pvh.h"
#include "tests/unit/physical.h"
#include "tests/unit/reserved_memory.h"

enum { START = 0x9000, LINE = 0x20000, MAP = 0x40000, RSDP = 0xF0000, LINE_SIZE_MAX = 1 << 16 };
enum { AT_LINE = 24, AT_RSDP = 32, AT_MAP = 40, AT_ENTRIES = 48, REVISION = 15 };
enum { NO_MEMORY = 0x7777000 };

static char line[LINE_SIZE_MAX] = "observe";

uint64_t arch_boot_information_phys(void)
{
	return START;
}

void *arch_map(uint64_t phys, uint64_t size)
{
	if (phys == LINE && size <= sizeof(line))
		return line;
	return (void *)(uintptr_t)physical_map(phys, size);
}

/* What QEMU passes: a command line, an RSDP of this revision, and two ranges of memory. */
static struct unit_writer usual(uint8_t revision)
{
	struct unit_writer start = {0}, map = {0}, rsdp = {0};

	unit_put(&start, 0x336EC578, 4);
	unit_put(&start, 1, 4);
	unit_fill(&start, PVH_SIZE);
	unit_set(&start, AT_LINE, LINE, 8);
	unit_set(&start, AT_RSDP, RSDP, 8);
	unit_set(&start, AT_MAP, MAP, 8);
	unit_set(&start, AT_ENTRIES, 2, 4);
	unit_fill(&map, 2 * PVH_MEMORY_ENTRY_SIZE);
	unit_put_string(&rsdp, "RSD PTR ");
	unit_fill(&rsdp, ACPI_RSDP_SIZE);
	unit_set(&rsdp, REVISION, revision, 1);
	physical_put(MAP, &map);
	physical_put(RSDP, &rsdp);
	return start;
}

static const char *read_start(const struct unit_writer *start, struct boot_information *information)
{
	physical_put(START, start);
	return loader_read_pvh(information);
}

static void every_part_is_found_and_reserved(void **state)
{
	struct unit_writer start = usual(2);
	struct boot_information information;

	unit_set(&start, 12, 3, 4);
	assert_null(read_start(&start, &information));
	assert_true(bytes_equal(information.command_line, "observe"));
	assert_true(bytes_equal(information.loader_name, "a PVH loader"));
	assert_int_equal(information.memory_map.size, 2 * PVH_MEMORY_ENTRY_SIZE);
	assert_int_equal(information.memory_entry_size, PVH_MEMORY_ENTRY_SIZE);
	assert_int_equal(information.modules, 3);
	assert_true(is_reserved(START, PVH_SIZE));
	assert_true(is_reserved(LINE, strlen("observe") + 1));
	assert_true(is_reserved(MAP, 2 * PVH_MEMORY_ENTRY_SIZE));
	assert_true(is_reserved(RSDP, ACPI_RSDP_SIZE));
}

/* Revision 0 is ACPI 1.0, whose RSDP has 20 bytes and no XSDT. */
static void the_revision_decides_which_rsdp_it_is(void **state)
{
	static const struct {
		uint8_t revision;
		size_t old_size, new_size;
	} cases[] = {{0, 20, 0}, {1, 20, 0}, {2, 0, 36}, {3, 0, 36}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct unit_writer start = usual(cases[i].revision);
		struct boot_information information;

		reserved_count = 0;
		assert_null(read_start(&start, &information));
		assert_int_equal(information.rsdp_old.size, cases[i].old_size);
		assert_int_equal(information.rsdp_new.size, cases[i].new_size);
	}
}

/* A part that is not there is no fault: the command line and the RSDP are optional. */
static void what_is_at_0_is_missing(void **state)
{
	struct unit_writer start = usual(2);
	struct boot_information information;

	unit_set(&start, AT_LINE, 0, 8);
	unit_set(&start, AT_RSDP, 0, 8);
	assert_null(read_start(&start, &information));
	assert_int_equal(information.command_line.size, 0);
	assert_int_equal(information.rsdp_new.size + information.rsdp_old.size, 0);
	assert_int_equal(reserved_count, 2);
}

static void a_part_that_cannot_be_mapped_is_named_and_the_rest_is_used(void **state)
{
	static const size_t parts[] = {AT_LINE, AT_RSDP, AT_MAP};

	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		struct unit_writer start = usual(2);
		struct boot_information information;

		reserved_count = 0;
		unit_set(&start, parts[i], NO_MEMORY, 8);
		assert_string_equal(read_start(&start, &information),
		                    "it points to an address that cannot be mapped");
		assert_int_equal(information.command_line.size == 0, parts[i] == AT_LINE);
		assert_int_equal(information.rsdp_new.size == 0, parts[i] == AT_RSDP);
		assert_int_equal(information.memory_map.size == 0, parts[i] == AT_MAP);
		assert_int_equal(reserved_count, 3);
	}
}

/* The first fault is the one to mend: what follows may come of it. */
static void the_first_fault_is_the_one_that_is_named(void **state)
{
	struct unit_writer start = usual(2);
	struct boot_information information;

	unit_set(&start, AT_LINE, NO_MEMORY, 8);
	unit_set(&start, AT_ENTRIES, 0, 4);
	assert_string_equal(read_start(&start, &information), "it has no memory map");
}

static void a_command_line_ends_at_64_kib(void **state)
{
	struct unit_writer start = usual(2);
	struct boot_information information;

	memset(line, 'x', sizeof(line));
	assert_string_equal(read_start(&start, &information),
	                    "its command line has no end; using the first 65536 bytes");
	assert_int_equal(information.command_line.size, LINE_SIZE_MAX);

	line[LINE_SIZE_MAX - 1] = 0;
	reserved_count = 0;
	assert_null(read_start(&start, &information));
	assert_int_equal(information.command_line.size, LINE_SIZE_MAX - 1);
	assert_true(is_reserved(LINE, LINE_SIZE_MAX));
}

static void start_information_that_cannot_be_mapped_is_empty(void **state)
{
	struct boot_information information;

	assert_string_equal(loader_read_pvh(&information), "its magic number is wrong");
	assert_int_equal(information.command_line.size + information.memory_map.size, 0);
	assert_int_equal(reserved_count, 0);
}

static void what_is_at_0_is_not_given(void **state)
{
	struct unit_writer start = usual(2), low = {0};
	struct boot_information information;

	unit_put_string(&low, "low");
	unit_fill(&low, 4096);
	physical_put(0, &low);
	unit_set(&start, AT_LINE, 0, 8);
	unit_set(&start, AT_RSDP, 0, 8);
	assert_null(read_start(&start, &information));
	assert_int_equal(information.command_line.size, 0);
	assert_int_equal(information.rsdp_new.size, 0);
	assert_int_equal(information.rsdp_old.size, 0);
}

static void an_rsdp_of_revision_0_begins_where_it_begins(void **state)
{
	struct unit_writer start = usual(0);
	struct boot_information information;
	struct bytes rest;

	assert_null(read_start(&start, &information));
	assert_int_equal(information.rsdp_old.size, ACPI_RSDP_OLD_SIZE);
	assert_true(bytes_skip(information.rsdp_old, "RSD PTR ", &rest));
	assert_int_equal(information.rsdp_new.size, 0);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(every_part_is_found_and_reserved),
		cmocka_unit_test(the_revision_decides_which_rsdp_it_is),
		cmocka_unit_test(what_is_at_0_is_missing),
		cmocka_unit_test(a_part_that_cannot_be_mapped_is_named_and_the_rest_is_used),
		cmocka_unit_test(the_first_fault_is_the_one_that_is_named),
		cmocka_unit_test(a_command_line_ends_at_64_kib),
		cmocka_unit_test(start_information_that_cannot_be_mapped_is_empty),
		cmocka_unit_test(what_is_at_0_is_not_given),
		cmocka_unit_test(an_rsdp_of_revision_0_begins_where_it_begins),
	};

	return unit_run(rules, COUNT_OF(rules));
}
