/*
 * kernel/discover/firmware.h: which tables are used if some are broken. The test supplies memory
 * and log.
 */
#include "kernel/machine/arch.h"
#include "kernel/discover/firmware.h"
#include "kernel/machine/memory.h"
#include "tests/unit/log_lines.h"
#include "tests/unit/physical.h"

enum {
	RSDT = 0x1000,
	XSDT = 0x2000,
	MADT = 0x3000,
	FADT = 0x4000,
	BROKEN = 0x5000,
	OTHER = 0x6000,
	UNSOUND = 0x7000,
	XSDT_OF_TWO = 0x8000,
	DSDT = 0x9000,
	SSDT = 0xA000,
	SSDT_2 = 0xB000
};

void *arch_map_firmware(uint64_t phys, uint64_t size)
{
	return (void *)(uintptr_t)physical_map(phys, size);
}

uint64_t arch_mapped_phys(const void *mapped)
{
	return physical_address(mapped);
}

static struct unit_capture *reserved;

void memory_reserve(uint64_t phys, uint64_t size)
{
	if (reserved != NULL)
		text_print(&reserved->text, "%#lx+%lu ", phys, size);
}

/* A table of numbers, each of size bytes; one whose checksum is wrong if it is spoilt. */
static void put_table(uint64_t phys, const char *signature, size_t size, size_t count,
                      const uint64_t *numbers, bool spoilt)
{
	struct unit_writer table;

	unit_begin_table(&table, signature);
	for (size_t i = 0; i < count; i++)
		unit_put(&table, numbers[i], size);
	unit_end_table(&table);
	table.at[30] ^= spoilt;
	physical_put(phys, &table);
}

/* Returns the RSDP of a machine whose tables are intact, except the named ones. */
static struct unit_writer machine(uint64_t xsdt, bool spoilt_xsdt, bool spoilt_rsdt, uint64_t madt)
{
	struct unit_writer rsdp = {0};

	lines = unit_capture();
	put_table(MADT, "APIC", 8, 1, (uint64_t[]){0xFEE00000}, false);
	put_table(FADT, "FACP", 8, 30, (uint64_t[30]){0}, false);
	put_table(BROKEN, "APIC", 8, 1, (uint64_t[]){0}, true);
	put_table(OTHER, "APIC", 8, 1, (uint64_t[]){0xFEE00000}, false);
	put_table(UNSOUND, "APIC", 8, 2, (uint64_t[]){0, 0}, true);
	put_table(RSDT, "RSDT", 4, 2, (uint64_t[]){MADT, FADT}, spoilt_rsdt);
	put_table(XSDT, "XSDT", 8, 2, (uint64_t[]){madt, FADT}, spoilt_xsdt);
	unit_put_string(&rsdp, "RSD PTR ");
	unit_fill(&rsdp, 15);
	unit_put(&rsdp, 2, 1);
	unit_put(&rsdp, RSDT, 4);
	rsdp.at[8] = (uint8_t)-bytes_sum(unit_written(&rsdp));
	unit_put(&rsdp, 36, 4);
	unit_put(&rsdp, xsdt, 8);
	unit_fill(&rsdp, 36);
	rsdp.at[32] = (uint8_t)-bytes_sum(unit_written(&rsdp));
	return rsdp;
}

/* Returns true if these RSDPs lead to the MADT. */
static bool finds(struct bytes newer, struct bytes older)
{
	struct boot_information information = {.rsdp_new = newer, .rsdp_old = older};
	struct firmware firmware;

	firmware_read(&information, false, &firmware);
	firmware_report(&firmware);
	assert_true(firmware.madt.size == 0 || firmware.madt.size == 44);
	return firmware.madt.size > 0;
}

static void an_intact_machine_has_its_xsdt_used_and_no_warning(void **state)
{
	struct unit_writer rsdp = machine(XSDT, false, false, MADT);

	assert_true(finds(unit_written(&rsdp), (struct bytes){0}));
	assert_string_equal(lines->at, "acpi: RSDP revision 2, XSDT at 0x2000\n");
}

static void a_spoilt_xsdt_has_the_rsdt_used(void **state)
{
	struct unit_writer rsdp = machine(XSDT, true, false, MADT);

	assert_true(finds(unit_written(&rsdp), (struct bytes){0}));
	assert_string_equal(lines->at,
	                    "acpi: warning: XSDT: its checksum is wrong; using the RSDT\n"
	                    "acpi: RSDP revision 2, RSDT at 0x1000\n");
}

static void an_xsdt_that_is_elsewhere_has_the_rsdt_used(void **state)
{
	struct unit_writer nowhere = machine(0xDEAD0000, false, false, MADT);

	assert_true(finds(unit_written(&nowhere), (struct bytes){0}));
	assert_non_null(strstr(lines->at, "warning: XSDT: its address cannot be mapped; "
	                                  "using the RSDT\n"));
	unit_set(&nowhere, 16, 0, 4); /* nor is there an RSDT */
	nowhere.at[8] -= bytes_sum((struct bytes){nowhere.at, 20});
	nowhere.at[32] -= bytes_sum(unit_written(&nowhere));
	lines = unit_capture();
	assert_false(finds(unit_written(&nowhere), (struct bytes){0}));
	assert_non_null(strstr(lines->at, "warning: XSDT: its address cannot be mapped\n"));
	assert_null(strstr(lines->at, "using the RSDT"));
	nowhere = machine(FADT, false, false, MADT);
	assert_true(finds(unit_written(&nowhere), (struct bytes){0}));
	assert_non_null(strstr(lines->at, "warning: XSDT: wrong signature; "
	                                  "using the RSDT\n"));
}

static void a_spoilt_extension_of_the_rsdp_has_the_rsdt_used(void **state)
{
	struct unit_writer rsdp = machine(XSDT, false, false, MADT);

	rsdp.at[33] ^= 1;
	assert_true(finds(unit_written(&rsdp), (struct bytes){0}));
	assert_string_equal(lines->at,
	                    "acpi: warning: the RSDP's extended checksum is wrong; using the RSDT\n"
	                    "acpi: RSDP revision 2, RSDT at 0x1000\n");
}

static void the_older_copy_serves_where_the_newer_is_spoilt(void **state)
{
	struct unit_writer rsdp = machine(XSDT, false, false, MADT), spoilt = rsdp;

	spoilt.at[0] = 'X';
	rsdp.size = 20;
	assert_true(finds(unit_written(&spoilt), unit_written(&rsdp)));
	assert_non_null(strstr(lines->at, "warning: the RSDP does not begin with its signature\n"));
	assert_non_null(strstr(lines->at, "RSDP revision 2, RSDT at 0x1000\n"));
}

static void a_table_that_the_xsdt_has_not_intact_is_taken_by_the_rsdt(void **state)
{
	struct unit_writer rsdp = machine(XSDT, false, false, BROKEN);

	assert_true(finds(unit_written(&rsdp), (struct bytes){0}));
	assert_non_null(strstr(lines->at, "warning: XSDT: MADT: its checksum is wrong; using the "
	                                  "RSDT's\n"));
}

static void a_table_that_the_xsdt_does_not_name_is_taken_by_the_rsdt(void **state)
{
	struct unit_writer rsdp = machine(XSDT, false, false, 0xDEAD0000);

	assert_true(finds(unit_written(&rsdp), (struct bytes){0}));
	assert_non_null(
		strstr(lines->at, "warning: XSDT: MADT: there is none; using the RSDT's\n"));
}

static void with_both_roots_spoilt_the_one_whose_entries_lead_to_tables_is_used(void **state)
{
	struct unit_writer rsdp = machine(XSDT, true, true, MADT);

	assert_true(finds(unit_written(&rsdp), (struct bytes){0}));
	assert_string_equal(lines->at,
	                    "acpi: warning: XSDT: its checksum is wrong; using the RSDT\n"
	                    "acpi: warning: RSDT: its checksum is wrong\n"
	                    "acpi: warning: XSDT at 0x2000: its checksum is wrong, but all its "
	                    "entries lead to tables: using it\n");
}

static void a_table_that_neither_root_has_is_missing(void **state)
{
	struct unit_writer rsdp = machine(XSDT, false, true, UNSOUND);

	assert_false(finds(unit_written(&rsdp), (struct bytes){0}));
	assert_non_null(strstr(lines->at, "warning: MADT: its checksum is wrong\n"));
	assert_false(finds((struct bytes){0}, (struct bytes){0}));
	assert_non_null(
		strstr(lines->at, "warning: the loader passed no RSDP, and the firmware has none"));
}

static void with_both_roots_unsound_there_are_no_tables(void **state)
{
	struct unit_writer rsdp = machine(XSDT, true, true, 0xDEAD0000);

	unit_set(&rsdp, 16, MADT, 4); /* no RSDT is there */
	rsdp.at[8] -= bytes_sum((struct bytes){rsdp.at, 20});
	rsdp.at[32] -= bytes_sum(unit_written(&rsdp));
	assert_false(finds(unit_written(&rsdp), (struct bytes){0}));
	assert_non_null(strstr(lines->at, "XSDT: its checksum is wrong, and an entry leads to no "
	                                  "table\n"));
}

static void a_sound_madt_with_a_wrong_checksum_is_used(void **state)
{
	struct unit_writer rsdp = machine(XSDT, false, true, BROKEN);

	assert_true(finds(unit_written(&rsdp), (struct bytes){0}));
	assert_non_null(strstr(lines->at, "warning: MADT: its checksum is wrong\n"
	                                  "acpi: warning: MADT: all its entries are valid: using "
	                                  "it\n"));
}

static void root_tables_that_list_different_madts_are_named(void **state)
{
	struct unit_writer rsdp = machine(XSDT, false, false, OTHER);

	assert_true(finds(unit_written(&rsdp), (struct bytes){0}));
	assert_non_null(strstr(lines->at, "warning: XSDT and RSDT list different MADTs, at 0x6000 "
	                                  "and 0x3000: using the XSDT's\n"));
}

static void several_madts_are_named(void **state)
{
	struct unit_writer rsdp = machine(XSDT_OF_TWO, false, false, MADT);

	put_table(XSDT_OF_TWO, "XSDT", 8, 2, (uint64_t[]){MADT, OTHER}, false);
	assert_true(finds(unit_written(&rsdp), (struct bytes){0}));
	assert_non_null(strstr(lines->at, "warning: XSDT: lists 2 MADTs: using the first intact "
	                                  "one\n"));
}

#define S5     "\x08_S5_\x12\x06\x02\x0A\x05\x01"
#define NO_AML "\x10\x06_SB_"

static void put_aml(uint64_t phys, const char *signature, const char *aml, bool spoilt)
{
	uint64_t codes[32];

	for (size_t i = 0; i < strlen(aml); i++)
		codes[i] = (uint8_t)aml[i];
	put_table(phys, signature, 1, strlen(aml), codes, spoilt);
}

/* Returns the soft-off that a machine with these tables has. */
static struct soft_off soft_off_of(const char *dsdt, const char *ssdt, const char *ssdt_2,
                                   bool spoilt_dsdt)
{
	struct unit_writer rsdp = machine(XSDT_OF_TWO, false, false, MADT);
	struct boot_information information = {.rsdp_new = unit_written(&rsdp)};
	struct firmware firmware;

	put_table(FADT, "FACP", 8, 30, (uint64_t[30]){[13] = DSDT}, false);
	put_table(XSDT_OF_TWO, "XSDT", 8, 4, (uint64_t[]){SSDT, MADT, FADT, SSDT_2}, false);
	put_aml(DSDT, "DSDT", dsdt, spoilt_dsdt);
	put_aml(SSDT, "SSDT", ssdt, false);
	put_aml(SSDT_2, "SSDT", ssdt_2, false);
	firmware_read(&information, true, &firmware);
	return firmware.soft_off;
}

static void soft_off_is_in_the_dsdt_or_else_in_any_ssdt(void **state)
{
	struct soft_off found = soft_off_of(NO_AML, NO_AML, S5, false);

	assert_true(found.known);
	assert_int_equal(found.pm1a_type, 5);
	assert_int_equal(found.pm1b_type, 1);
	assert_true(soft_off_of(NO_AML, S5, NO_AML, false).known);
	assert_true(soft_off_of(S5, NO_AML, NO_AML, false).known);
	assert_false(soft_off_of(NO_AML, NO_AML, NO_AML, false).known);
}

static void a_broken_dsdt_is_named_and_an_ssdt_may_still_have_soft_off(void **state)
{
	assert_false(soft_off_of(S5, NO_AML, NO_AML, true).known);
	assert_non_null(strstr(lines->at, "acpi: warning: DSDT: its checksum is wrong\n"));
	assert_true(soft_off_of(S5, NO_AML, S5, true).known);
}

static void tables_that_are_read_later_are_reserved(void **state)
{
	struct unit_writer rsdp = machine(XSDT, false, false, MADT);

	reserved = unit_capture();
	assert_true(finds(unit_written(&rsdp), (struct bytes){0}));
	assert_string_equal(reserved->at, "0x2000+52 0x3000+44 ");
}

static void a_table_that_is_rejected_is_not_reserved(void **state)
{
	struct unit_writer rsdp = machine(XSDT, false, true, UNSOUND);

	reserved = unit_capture();
	assert_false(finds(unit_written(&rsdp), (struct bytes){0}));
	assert_string_equal(reserved->at, "0x2000+52 ");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(an_intact_machine_has_its_xsdt_used_and_no_warning),
		cmocka_unit_test(a_spoilt_xsdt_has_the_rsdt_used),
		cmocka_unit_test(an_xsdt_that_is_elsewhere_has_the_rsdt_used),
		cmocka_unit_test(a_spoilt_extension_of_the_rsdp_has_the_rsdt_used),
		cmocka_unit_test(the_older_copy_serves_where_the_newer_is_spoilt),
		cmocka_unit_test(a_table_that_the_xsdt_has_not_intact_is_taken_by_the_rsdt),
		cmocka_unit_test(a_table_that_the_xsdt_does_not_name_is_taken_by_the_rsdt),
		cmocka_unit_test(
			with_both_roots_spoilt_the_one_whose_entries_lead_to_tables_is_used),
		cmocka_unit_test(a_table_that_neither_root_has_is_missing),
		cmocka_unit_test(with_both_roots_unsound_there_are_no_tables),
		cmocka_unit_test(a_sound_madt_with_a_wrong_checksum_is_used),
		cmocka_unit_test(root_tables_that_list_different_madts_are_named),
		cmocka_unit_test(several_madts_are_named),
		cmocka_unit_test(soft_off_is_in_the_dsdt_or_else_in_any_ssdt),
		cmocka_unit_test(a_broken_dsdt_is_named_and_an_ssdt_may_still_have_soft_off),
		cmocka_unit_test(tables_that_are_read_later_are_reserved),
		cmocka_unit_test(a_table_that_is_rejected_is_not_reserved),
	};

	return unit_run(rules, COUNT_OF(rules));
}
