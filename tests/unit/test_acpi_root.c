/* kernel/tables/acpi.h: which tables a root lists, and at which edges memory and sizes end. */
#include "kernel/tables/acpi.h"
#include "tests/unit/physical.h"

enum { ROOT = 0x1000, APIC = 0x2000, APIC_2 = 0x3000, OTHER = 0x4000, CUT = 0x5000, HEADER = 36 };

/* The root's header is full of addresses of a table, which are no entries. */
static struct acpi_root put_root(bool extended, size_t count, const uint64_t *tables)
{
	struct unit_writer root;
	struct acpi_root result;

	unit_begin_table(&root, extended ? "XSDT" : "RSDT");
	for (size_t at = 12; at < HEADER; at += 4)
		unit_set(&root, at, APIC, 4);
	for (size_t i = 0; i < count; i++)
		unit_put(&root, tables[i], extended ? 8 : 4);
	unit_end_table(&root);
	physical_put(ROOT, &root);
	assert_null(acpi_read_root(physical_map, ROOT, extended, &result));
	return result;
}

static void the_tables_with_a_signature_are_counted(void **state)
{
	static const uint64_t entries[] = {OTHER, APIC_2, APIC, OTHER, APIC, 0xDEAD0000};
	static const unsigned expected[] = {0, 0, 1, 2, 2, 3, 3};

	physical_put_table(OTHER, "FACP", 64);
	physical_put_table(APIC, "APIC", 64);
	physical_put_table(APIC_2, "APIC", 64);
	for (int extended = 0; extended <= 1; extended++) {
		for (size_t count = 0; count <= COUNT_OF(entries); count++) {
			struct acpi_root root = put_root(extended, count, entries);
			uint64_t first = 1;

			assert_int_equal(acpi_count_tables(physical_map, &root, "APIC", &first),
			                 expected[count]);
			assert_int_equal(first, expected[count] > 0 ? APIC_2 : 0);
		}
	}
}

static const char *bad_root(bool extended, size_t count, const uint64_t *entries)
{
	struct acpi_root root = put_root(extended, count, entries);

	return acpi_read_bad_root(physical_map, ROOT, extended, &root);
}

/* An entry of 0 names no table, even where memory at 0 looks like one. */
static void an_entry_of_0_is_none(void **state)
{
	static const uint64_t entries[] = {APIC, 0};
	static const char none[] = "its checksum is wrong, and an entry leads to no table";

	physical_put_table(0, "FACP", 64);
	physical_put_table(APIC, "APIC", 64);
	for (int extended = 0; extended <= 1; extended++) {
		struct acpi_root root = put_root(extended, COUNT_OF(entries), entries);
		struct bytes table;
		uint64_t first = 1;

		assert_int_equal(acpi_count_tables(physical_map, &root, "FACP", &first), 0);
		assert_int_equal(first, 0);
		assert_string_equal(acpi_find_table(physical_map, &root, "FACP", &table),
		                    "there is none");
		assert_string_equal(bad_root(extended, 2, entries), none);
		assert_null(bad_root(extended, 1, entries));
		assert_string_equal(bad_root(extended, 0, entries), none);
	}
}

/* Memory may end inside a table's header. */
static void a_table_without_its_whole_header_is_none(void **state)
{
	static const uint64_t entries[] = {CUT};

	for (size_t size = 4; size <= HEADER; size++) {
		struct unit_writer cut = {0};
		struct acpi_root root;
		uint64_t first;
		bool whole = size == HEADER;

		unit_put_string(&cut, "XSDT");
		unit_fill(&cut, size);
		physical_put(CUT, &cut);
		assert_string_equal(acpi_read_root(physical_map, CUT, true, &root),
		                    whole ? "it is shorter than its own header"
		                          : "its address cannot be mapped");
		root = put_root(true, 1, entries);
		assert_int_equal(acpi_count_tables(physical_map, &root, "XSDT", &first), whole);
		assert_int_equal(bad_root(true, 1, entries) == NULL, whole);
	}
}

static void a_table_has_at_most_a_mebibyte(void **state)
{
	static const uint64_t sizes[] = {HEADER, 1 << 19, (1 << 20) - 1, 1 << 20, (1 << 20) + 1};

	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct unit_writer table;
		struct acpi_root root;
		const char *problem;

		unit_begin_table(&table, "XSDT");
		unit_end_table(&table);
		unit_set(&table, 4, sizes[i], 4);
		table.at[9] = 0;
		table.at[9] = (uint8_t)-bytes_sum((struct bytes){table.at, table.size});
		physical_put(ROOT, &table);
		problem = acpi_read_root(physical_map, ROOT, true, &root);
		if (sizes[i] == HEADER)
			assert_null(problem);
		else
			assert_string_equal(problem, sizes[i] > 1 << 20
			                                     ? "it claims to be longer than 1 MiB"
			                                     : "its end cannot be mapped");
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_tables_with_a_signature_are_counted),
		cmocka_unit_test(an_entry_of_0_is_none),
		cmocka_unit_test(a_table_without_its_whole_header_is_none),
		cmocka_unit_test(a_table_has_at_most_a_mebibyte),
	};

	return unit_run(rules, COUNT_OF(rules));
}
