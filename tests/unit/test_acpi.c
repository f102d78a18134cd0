/*
 * kernel/tables/acpi.h: from the RSDP to a table, with firmware that may be wrong in every
 * field.
 */
#include "kernel/tables/acpi.h"
#include "tests/unit/physical.h"

enum { ROOT = 0x1000, APIC = 0x2000, APIC_2 = 0x3000, OTHER = 0x4000 };

/* Puts an RSDT or XSDT that lists the tables at ROOT. */
static struct acpi_root put_root(bool extended, size_t count, const uint64_t *tables)
{
	struct unit_writer root;
	struct acpi_root result;

	unit_begin_table(&root, extended ? "XSDT" : "RSDT");
	for (size_t i = 0; i < count; i++)
		unit_put(&root, tables[i], extended ? 8 : 4);
	unit_end_table(&root);
	physical_put(ROOT, &root);
	assert_null(acpi_read_root(physical_map, ROOT, extended, &result));
	assert_int_equal(result.extended, extended);
	return result;
}

/* As put_root, of one table at APIC, changed by a byte if at is not 0. */
static struct acpi_root root_of_one(size_t at, uint8_t value)
{
	struct unit_writer table;

	unit_begin_table(&table, "APIC");
	unit_fill(&table, 64);
	unit_end_table(&table);
	if (at != 0)
		table.at[at] = value;
	physical_put(APIC, &table);
	return put_root(true, 1, (uint64_t[]){APIC});
}

static const char *find(const struct acpi_root *root, struct bytes *table)
{
	return acpi_find_table(physical_map, root, "APIC", table);
}

/* Puts the table at APIC after another one. */
static void check_found(bool extended)
{
	struct acpi_root root;
	struct bytes table;

	physical_put_table(OTHER, "FACP", 100);
	physical_put_table(APIC, "APIC", 64);
	root = put_root(extended, 2, (uint64_t[]){OTHER, APIC});
	assert_null(find(&root, &table));
	assert_int_equal(table.size, 64);
	assert_memory_equal(table.at, "APIC", 4);
}

static void a_table_is_found_through_an_xsdt(void **state)
{
	check_found(true);
}

static void a_table_is_found_through_an_rsdt(void **state)
{
	check_found(false);
}

static void no_table_with_the_signature_is_said_so(void **state)
{
	struct acpi_root root;
	struct bytes table;

	physical_put_table(OTHER, "FACP", 100);
	root = put_root(true, 1, (uint64_t[]){OTHER});
	assert_string_equal(find(&root, &table), "there is none");
	assert_int_equal(table.size, 0);
}

static void an_empty_root_has_no_tables(void **state)
{
	struct acpi_root root = put_root(true, 0, NULL);
	struct bytes table;

	assert_string_equal(find(&root, &table), "there is none");
}

static void entries_that_are_zero_or_lead_nowhere_are_passed_over(void **state)
{
	struct acpi_root root;
	struct bytes table;

	physical_put_table(0, "APIC", 100);
	physical_put_table(APIC, "APIC", 64);
	root = put_root(true, 4, (uint64_t[]){0, 0xDEAD0000, UINT64_MAX - 8, APIC});
	assert_null(find(&root, &table));
	assert_int_equal(table.size, 64);
}

static void an_intact_table_behind_a_broken_one_is_found(void **state)
{
	struct unit_writer broken;
	struct acpi_root root;
	struct bytes table;

	unit_begin_table(&broken, "APIC");
	unit_end_table(&broken);
	broken.at[10] ^= 1;
	physical_put(APIC, &broken);
	physical_put_table(APIC_2, "APIC", 64);
	root = put_root(true, 2, (uint64_t[]){APIC, APIC_2});
	assert_null(find(&root, &table));
	assert_int_equal(table.size, 64);
}

static void a_wrong_checksum_is_said_so(void **state)
{
	struct acpi_root root = root_of_one(40, 1);
	struct bytes table;

	assert_string_equal(find(&root, &table), "its checksum is wrong");
	assert_int_equal(table.size, 0);
}

static void a_table_shorter_than_its_header_is_refused(void **state)
{
	struct acpi_root root = root_of_one(4, 35);
	struct bytes table;

	assert_string_equal(find(&root, &table), "it is shorter than its own header");
}

static void a_table_longer_than_a_mebibyte_is_refused(void **state)
{
	struct acpi_root root = root_of_one(6, 0x10);
	struct bytes table;

	/* 0x100040 bytes: the table's own size is 64 */
	assert_string_equal(find(&root, &table), "it claims to be longer than 1 MiB");
}

static void a_table_that_ends_outside_memory_is_refused(void **state)
{
	struct acpi_root root = root_of_one(4, 65);
	struct bytes table;

	assert_string_equal(find(&root, &table), "its end cannot be mapped");
}

static void a_root_of_the_other_kind_is_refused(void **state)
{
	struct acpi_root root = put_root(true, 0, NULL);

	assert_string_equal(acpi_read_root(physical_map, ROOT, false, &root), "wrong signature");
	assert_int_equal(root.table.size, 0);
}

static void a_root_outside_memory_is_refused_and_has_no_tables(void **state)
{
	struct acpi_root root;
	struct bytes table;

	assert_string_equal(acpi_read_root(physical_map, 0xDEAD0000, true, &root),
	                    "its address cannot be mapped");
	assert_string_equal(find(&root, &table), "there is none");
}

static void an_entry_cut_off_by_the_roots_end_does_not_count(void **state)
{
	struct unit_writer writer;
	struct acpi_root root;
	struct bytes table;

	physical_put_table(APIC, "APIC", 64);
	unit_begin_table(&writer, "XSDT");
	unit_put(&writer, APIC, 7);
	unit_end_table(&writer);
	physical_put(ROOT, &writer);
	assert_null(acpi_read_root(physical_map, ROOT, true, &root));
	assert_string_equal(find(&root, &table), "there is none");
}

static void the_hpet_is_where_its_table_says_if_that_is_in_memory(void **state)
{
	struct unit_writer writer;

	unit_begin_table(&writer, "HPET");
	unit_fill(&writer, 56);
	unit_set(&writer, 44, 0xFED00000, 8);
	assert_int_equal(acpi_hpet_phys(unit_written(&writer)), 0xFED00000);
	unit_set(&writer, 40, 1, 1);
	assert_int_equal(acpi_hpet_phys(unit_written(&writer)), 0);
	writer.size = 51;
	unit_set(&writer, 40, 0, 1);
	assert_int_equal(acpi_hpet_phys(unit_written(&writer)), 0);
}

/* Whether a root with a wrong checksum, whose entries lead to this signature, is used. */
static bool leads_to(const char *signature)
{
	struct unit_writer root;
	struct acpi_root result;
	const char *problem;

	physical_put_table(APIC, "APIC", 64);
	physical_put_table(OTHER, signature, 64);
	unit_begin_table(&root, "XSDT");
	unit_put(&root, APIC, 8);
	unit_put(&root, OTHER, 8);
	unit_end_table(&root);
	root.at[30] ^= 1;
	physical_put(ROOT, &root);
	problem = acpi_read_bad_root(physical_map, ROOT, true, &result);
	assert_int_equal(problem == NULL, result.table.size > 0);
	assert_int_equal(problem == NULL, result.table.at != NULL);
	return problem == NULL;
}

static void a_signature_is_of_capitals_digits_and_underscores(void **state)
{
	static const char bad[] = "@[a`/:-\x7f ";

	assert_true(leads_to("AZ09"));
	assert_true(leads_to("____"));
	assert_true(leads_to("9A0Z"));
	for (size_t i = 0; i < 4; i++) {
		for (const char *c = bad; *c != '\0'; c++) {
			char signature[] = "FACP";

			signature[i] = *c;
			assert_false(leads_to(signature));
		}
	}
}

static void a_table_that_is_refused_is_no_bytes_at_all(void **state)
{
	struct acpi_root root = root_of_one(40, 1);
	struct bytes table;

	find(&root, &table);
	assert_null(table.at);
	root = put_root(true, 0, NULL);
	find(&root, &table);
	assert_null(table.at);
	assert_non_null(acpi_read_root(physical_map, 0xDEAD0000, true, &root));
	assert_null(root.table.at);
	assert_int_equal(root.table.size, 0);
}

static void a_bad_root_that_is_none_says_why(void **state)
{
	struct acpi_root root;

	assert_string_equal(acpi_read_bad_root(physical_map, 0xDEAD0000, true, &root),
	                    "its address cannot be mapped");
	physical_put_table(ROOT, "FACP", 64);
	assert_string_equal(acpi_read_bad_root(physical_map, ROOT, true, &root), "wrong signature");
	assert_string_equal(acpi_read_bad_root(physical_map, ROOT, false, &root),
	                    "wrong signature");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_table_is_found_through_an_xsdt),
		cmocka_unit_test(a_table_is_found_through_an_rsdt),
		cmocka_unit_test(no_table_with_the_signature_is_said_so),
		cmocka_unit_test(an_empty_root_has_no_tables),
		cmocka_unit_test(entries_that_are_zero_or_lead_nowhere_are_passed_over),
		cmocka_unit_test(an_intact_table_behind_a_broken_one_is_found),
		cmocka_unit_test(a_wrong_checksum_is_said_so),
		cmocka_unit_test(a_table_shorter_than_its_header_is_refused),
		cmocka_unit_test(a_table_longer_than_a_mebibyte_is_refused),
		cmocka_unit_test(a_table_that_ends_outside_memory_is_refused),
		cmocka_unit_test(a_root_of_the_other_kind_is_refused),
		cmocka_unit_test(a_root_outside_memory_is_refused_and_has_no_tables),
		cmocka_unit_test(an_entry_cut_off_by_the_roots_end_does_not_count),
		cmocka_unit_test(the_hpet_is_where_its_table_says_if_that_is_in_memory),
		cmocka_unit_test(a_signature_is_of_capitals_digits_and_underscores),
		cmocka_unit_test(a_table_that_is_refused_is_no_bytes_at_all),
		cmocka_unit_test(a_bad_root_that_is_none_says_why),
	};

	return unit_run(rules, COUNT_OF(rules));
}
