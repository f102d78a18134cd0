/*
 * kernel/discover/firmware.h: what is read of the tables that few machines have, of which roots are
 * used, and of an RSDP in the EBDA. The test supplies memory and log.
 */
#include "kernel/discover/firmware.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/memory.h"
#include "tests/unit/log_lines.h"
#include "tests/unit/physical.h"

enum {
	BDA = 0x400,
	RSDT = 0x1000,
	XSDT = 0x2000,
	MADT = 0x3000,
	FADT = 0x4000,
	MADT_2 = 0x5000,
	OTHER = 0x6000,
	EBDA = 0x9F000,
	EBDA_SIZE = 1024,
};

void *arch_map_firmware(uint64_t phys, uint64_t size)
{
	return (void *)(uintptr_t)physical_map(phys, size);
}

uint64_t arch_mapped_phys(const void *mapped)
{
	return physical_address(mapped);
}

void memory_reserve(uint64_t phys, uint64_t size)
{
	assert_true(phys != 0 && size >= 36);
}

static void put_numbers(uint64_t phys, const char *signature, size_t size, size_t count,
                        const uint64_t *numbers)
{
	struct unit_writer table;

	unit_begin_table(&table, signature);
	for (size_t i = 0; i < count; i++)
		unit_put(&table, numbers[i], size);
	unit_end_table(&table);
	physical_put(phys, &table);
}

/* A table with one field. */
static void put_field(uint64_t phys, const char *signature, size_t size, size_t at, uint64_t value)
{
	struct unit_writer table;

	unit_begin_table(&table, signature);
	unit_fill(&table, size);
	unit_set(&table, at, value, 8);
	unit_end_table(&table);
	physical_put(phys, &table);
}

static struct unit_writer rsdp_of(uint32_t rsdt, uint64_t xsdt)
{
	struct unit_writer rsdp = {0};

	unit_put_string(&rsdp, "RSD PTR ");
	unit_fill(&rsdp, 15);
	unit_put(&rsdp, 2, 1);
	unit_put(&rsdp, rsdt, 4);
	rsdp.at[8] = (uint8_t)-bytes_sum((struct bytes){rsdp.at, 20});
	unit_put(&rsdp, 36, 4);
	unit_put(&rsdp, xsdt, 8);
	unit_fill(&rsdp, 36);
	rsdp.at[32] = (uint8_t)-bytes_sum((struct bytes){rsdp.at, 36});
	return rsdp;
}

/* Reads a machine with these tables in its XSDT, and in its RSDT, of which each may be missing. */
static struct firmware read_firmware(size_t count, const uint64_t *xsdt, size_t rsdt_count,
                                     const uint64_t *rsdt, bool want_soft_off)
{
	struct boot_information information = {0};
	struct unit_writer rsdp = rsdp_of(rsdt != NULL ? RSDT : 0, xsdt != NULL ? XSDT : 0);
	struct firmware firmware;

	lines = unit_capture();
	put_field(MADT, "APIC", 44, 36, 0xFEE00000);
	put_field(MADT_2, "APIC", 44, 36, 0xFEE00000);
	if (xsdt != NULL)
		put_numbers(XSDT, "XSDT", 8, count, xsdt);
	if (rsdt != NULL)
		put_numbers(RSDT, "RSDT", 4, rsdt_count, rsdt);
	information.rsdp_new = unit_written(&rsdp);
	firmware_read(&information, want_soft_off, &firmware);
	return firmware;
}

static struct firmware with_table(uint64_t table)
{
	put_field(FADT, "FACP", 244, 40, 0);
	return read_firmware(3, (uint64_t[]){MADT, FADT, table}, 0, NULL, true);
}

#define XSDT_USED "acpi: RSDP revision 2, XSDT at 0x2000\n"

static void the_hpet_is_found_by_its_table(void **state)
{
	struct firmware firmware;

	put_field(OTHER, "HPET", 56, 44, 0xFED00000);
	firmware = with_table(OTHER);
	assert_int_equal(firmware_find_hpet(&firmware), 0xFED00000);
	assert_false(firmware_opts_out_of_x2apic(&firmware));
	firmware = with_table(MADT);
	assert_int_equal(firmware_find_hpet(&firmware), 0);
}

static void the_dmar_table_may_opt_out_of_x2apic_mode(void **state)
{
	struct firmware firmware;

	for (unsigned flag = 0; flag < 8; flag++) {
		put_field(OTHER, "DMAR", 48, 37, 1u << flag);
		firmware = with_table(OTHER);
		assert_int_equal(firmware_opts_out_of_x2apic(&firmware), flag == 1);
	}
	firmware = with_table(MADT);
	assert_false(firmware_opts_out_of_x2apic(&firmware));
}

static void the_spcr_names_a_console_or_says_why_not(void **state)
{
	struct unit_writer spcr;
	struct firmware firmware;

	unit_begin_table(&spcr, "SPCR");
	unit_fill(&spcr, 80);
	unit_set(&spcr, 40, 1, 1);
	unit_set(&spcr, 44, 0x2F8, 8);
	unit_end_table(&spcr);
	physical_put(OTHER, &spcr);
	firmware = with_table(OTHER);
	assert_int_equal(firmware.console.access, UART_IO);
	assert_int_equal(firmware.console.address, 0x2F8);
	assert_string_equal(lines->at, XSDT_USED);
	unit_set(&spcr, 36, 3, 1);
	unit_end_table(&spcr);
	physical_put(OTHER, &spcr);
	firmware = with_table(OTHER);
	assert_int_equal(firmware.console.access, UART_NONE);
	assert_string_equal(lines->at, XSDT_USED "acpi: SPCR cannot be used: it names no 16550\n");
}

static void the_dsdt_is_read_only_if_it_is_wanted_and_named(void **state)
{
	static const uint64_t tables[] = {MADT, FADT};

	put_field(FADT, "FACP", 244, 40, 0);
	put_field(0, "XXXX", 64, 36, 0);
	read_firmware(2, tables, 0, NULL, true);
	assert_string_equal(lines->at, XSDT_USED);
	put_field(FADT, "FACP", 244, 140, OTHER);
	put_field(OTHER, "XXXX", 64, 36, 0);
	read_firmware(2, tables, 0, NULL, false);
	assert_string_equal(lines->at, XSDT_USED);
	read_firmware(2, tables, 0, NULL, true);
	assert_string_equal(lines->at, XSDT_USED "acpi: warning: DSDT: wrong signature\n");
}

static void a_spoilt_rsdt_without_an_xsdt_is_used_if_its_entries_lead_to_tables(void **state)
{
	struct unit_writer rsdp = rsdp_of(RSDT, 0), root;
	struct boot_information information = {.rsdp_new = unit_written(&rsdp)};
	struct firmware firmware;

	with_table(MADT);
	unit_begin_table(&root, "RSDT");
	unit_put(&root, MADT, 4);
	unit_put(&root, FADT, 4);
	unit_end_table(&root);
	root.at[30] ^= 1;
	physical_put(RSDT, &root);
	lines = unit_capture();
	firmware_read(&information, false, &firmware);
	assert_int_equal(firmware.madt.size, 44);
	assert_string_equal(lines->at,
	                    "acpi: warning: RSDT: its checksum is wrong\n"
	                    "acpi: warning: RSDT at 0x1000: its checksum is wrong, but all its "
	                    "entries lead to tables: using it\n");
}

/* Returns what firmware_report() says of a machine with these MADTs in its XSDT and its RSDT. */
static const char *reported(size_t xsdt_count, const uint64_t *xsdt, size_t rsdt_count,
                            const uint64_t *rsdt)
{
	struct firmware firmware = read_firmware(xsdt_count, xsdt, rsdt_count, rsdt, false);

	lines = unit_capture();
	firmware_report(&firmware);
	return lines->size > 0 ? lines->at : "";
}

static void madts_that_differ_are_a_warning(void **state)
{
	static const uint64_t one[] = {MADT}, other[] = {MADT_2}, none[] = {FADT};
	static const uint64_t both[] = {MADT, MADT_2};

	put_field(FADT, "FACP", 244, 40, 0);
	assert_string_equal(reported(1, one, 1, one), "");
	assert_string_equal(reported(1, one, 1, none), "");
	assert_string_equal(reported(1, none, 1, one), "");
	assert_string_equal(reported(1, one, 0, NULL), "");
	assert_string_equal(reported(1, one, 1, other),
	                    "acpi: warning: XSDT and RSDT list different MADTs, at 0x3000 and "
	                    "0x5000: using the XSDT's\n");
	assert_string_equal(reported(2, both, 1, one),
	                    "acpi: warning: XSDT: lists 2 MADTs: using the first intact one\n");
	assert_string_equal(reported(0, NULL, 2, both),
	                    "acpi: warning: RSDT: lists 2 MADTs: using the first intact one\n");
}

/* An RSDP may name no RSDT, even where memory at 0 looks like one. */
static void no_rsdt_is_read_at_0(void **state)
{
	put_numbers(0, "RSDT", 4, 1, (uint64_t[]){MADT_2});
	put_field(FADT, "FACP", 244, 40, 0);
	assert_string_equal(reported(1, (uint64_t[]){MADT}, 0, NULL), "");
}

/* Puts a BIOS data area that names the EBDA, and in that the RSDP. */
static void put_ebda(void)
{
	struct unit_writer bda = {0}, ebda = rsdp_of(RSDT, 0);

	with_table(MADT);
	put_numbers(RSDT, "RSDT", 4, 2, (uint64_t[]){MADT, FADT});
	unit_fill(&bda, 256);
	unit_set(&bda, 0x0E, EBDA >> 4, 2);
	physical_put(BDA, &bda);
	unit_fill(&ebda, EBDA_SIZE);
	physical_put(EBDA, &ebda);
	lines = unit_capture();
}

static void a_bios_may_have_its_rsdp_in_the_ebda(void **state)
{
	static const struct boot_information bios = {0}, efi = {.efi = true};
	struct firmware firmware;

	put_ebda();
	firmware_read(&bios, false, &firmware);
	assert_int_equal(firmware.madt.size, 44);
	assert_string_equal(lines->at, "acpi: the loader passed no RSDP: using the one that the "
	                               "firmware has in memory\n"
	                               "acpi: RSDP revision 2, RSDT at 0x1000\n");
	lines = unit_capture();
	firmware_read(&efi, false, &firmware);
	assert_int_equal(firmware.madt.size, 0);
	assert_string_equal(lines->at,
	                    "acpi: warning: the loader passed no RSDP, and the firmware has none "
	                    "in memory: no ACPI tables are used\n");
}

static void the_older_rsdp_serves_alone(void **state)
{
	struct unit_writer rsdp = rsdp_of(RSDT, 0);
	struct boot_information information = {.rsdp_old = unit_written(&rsdp)};
	struct firmware firmware;

	put_ebda();
	firmware_read(&information, false, &firmware);
	assert_int_equal(firmware.madt.size, 44);
	assert_string_equal(lines->at, "acpi: RSDP revision 2, RSDT at 0x1000\n");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_hpet_is_found_by_its_table),
		cmocka_unit_test(the_dmar_table_may_opt_out_of_x2apic_mode),
		cmocka_unit_test(the_spcr_names_a_console_or_says_why_not),
		cmocka_unit_test(the_dsdt_is_read_only_if_it_is_wanted_and_named),
		cmocka_unit_test(
			a_spoilt_rsdt_without_an_xsdt_is_used_if_its_entries_lead_to_tables),
		cmocka_unit_test(madts_that_differ_are_a_warning),
		cmocka_unit_test(no_rsdt_is_read_at_0),
		cmocka_unit_test(a_bios_may_have_its_rsdp_in_the_ebda),
		cmocka_unit_test(the_older_rsdp_serves_alone),
	};

	return unit_run(rules, COUNT_OF(rules));
}
