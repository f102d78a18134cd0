/* kernel/tables/efi.h: the RSDP by the EFI system table, of 32-bit and of 64-bit firmware. */
#include "kernel/tables/efi.h"
#include "tests/unit/physical.h"

enum { SYSTEM = 0x1000, TABLES = 0x2000, RSDP_1 = 0x3000, RSDP_2 = 0x4000 };

static const uint8_t other[16] = {0xEE};
static const uint8_t acpi_1[16] = {0x30, 0x2D, 0x9D, 0xEB, 0x88, 0x2D, 0xD3, 0x11,
                                   0x9A, 0x16, 0x00, 0x90, 0x27, 0x3F, 0xC1, 0x4D};
static const uint8_t acpi_2[16] = {0x71, 0xE8, 0x68, 0x88, 0xF1, 0xE4, 0xD3, 0x11,
                                   0xBC, 0x22, 0x00, 0x80, 0xC7, 0x3C, 0x88, 0x81};

static void put_system_table(bool wide, uint64_t count, uint64_t tables)
{
	struct unit_writer table = {0};

	unit_put_string(&table, "IBI SYST");
	unit_fill(&table, wide ? 104 : 64);
	unit_put(&table, count, wide ? 8 : 4);
	unit_put(&table, tables, wide ? 8 : 4);
	physical_put(SYSTEM, &table);
}

static void put_entry(struct unit_writer *to, bool wide, const uint8_t *guid, uint64_t phys)
{
	for (size_t i = 0; i < 16; i++)
		unit_put(to, guid[i], 1);
	unit_put(to, phys, wide ? 8 : 4);
}

static uint64_t find(bool wide, bool has_1, bool has_2)
{
	struct unit_writer tables = {0};
	uint64_t count = 1u + has_1 + has_2;

	put_entry(&tables, wide, other, 0x9000);
	if (has_1)
		put_entry(&tables, wide, acpi_1, RSDP_1);
	if (has_2)
		put_entry(&tables, wide, acpi_2, RSDP_2);
	put_system_table(wide, count, TABLES);
	physical_put(TABLES, &tables);
	return efi_find_rsdp(physical_map, SYSTEM, wide);
}

static void the_newer_rsdp_is_taken_of_64_bit_firmware(void **state)
{
	assert_int_equal(find(true, true, true), RSDP_2);
}

static void the_newer_rsdp_is_taken_of_32_bit_firmware(void **state)
{
	assert_int_equal(find(false, true, true), RSDP_2);
}

static void the_older_one_serves_if_it_is_alone(void **state)
{
	assert_int_equal(find(true, true, false), RSDP_1);
}

static void firmware_without_acpi_has_none(void **state)
{
	assert_int_equal(find(true, false, false), 0);
}

static void a_table_that_makes_no_sense_is_not_followed(void **state)
{
	static const uint64_t counts[] = {0, 1025, UINT64_MAX};

	assert_int_equal(efi_find_rsdp(physical_map, 0, true), 0);
	assert_int_equal(efi_find_rsdp(physical_map, SYSTEM, true), 0);
	for (size_t i = 0; i < COUNT_OF(counts); i++) {
		put_system_table(true, counts[i], TABLES);
		assert_int_equal(efi_find_rsdp(physical_map, SYSTEM, true), 0);
	}
	put_system_table(true, 3, 0xDEAD0000);
	assert_int_equal(efi_find_rsdp(physical_map, SYSTEM, true), 0);
}

static void another_signature_is_refused(void **state)
{
	struct unit_writer table = {0};

	unit_put_string(&table, "IBI SYSX");
	unit_fill(&table, 120);
	physical_put(SYSTEM, &table);
	assert_int_equal(efi_find_rsdp(physical_map, SYSTEM, true), 0);
}

enum { MANY = 1024, WIDE_ENTRY = 24 };

static uint8_t many_tables[(MANY + 1) * WIDE_ENTRY];

static const void *map_many(uint64_t phys, uint64_t size)
{
	return phys == TABLES && size <= sizeof(many_tables) ? many_tables
	                                                     : physical_map(phys, size);
}

static void up_to_1024_tables_are_searched(void **state)
{
	uint8_t *last = many_tables + sizeof(many_tables) - 2 * (size_t)WIDE_ENTRY;

	memcpy(last, acpi_2, sizeof(acpi_2));
	last[17] = 0x40; /* RSDP_2 */
	put_system_table(true, MANY, TABLES);
	assert_int_equal(efi_find_rsdp(map_many, SYSTEM, true), RSDP_2);
	put_system_table(true, MANY - 1, TABLES);
	assert_int_equal(efi_find_rsdp(map_many, SYSTEM, true), 0);
	put_system_table(true, MANY + 1, TABLES);
	assert_int_equal(efi_find_rsdp(map_many, SYSTEM, true), 0);
}

static void tables_at_0_are_not_followed(void **state)
{
	struct unit_writer tables = {0};

	put_entry(&tables, true, acpi_2, RSDP_2);
	physical_put(0, &tables);
	put_system_table(true, 1, 0);
	assert_int_equal(efi_find_rsdp(physical_map, SYSTEM, true), 0);
}

static void no_system_table_is_read_at_0(void **state)
{
	struct unit_writer tables = {0}, table = {0};

	put_entry(&tables, true, acpi_2, RSDP_2);
	physical_put(TABLES, &tables);
	unit_put_string(&table, "IBI SYST");
	unit_fill(&table, 104);
	unit_put(&table, 1, 8);
	unit_put(&table, TABLES, 8);
	physical_put(0, &table);
	assert_int_equal(efi_find_rsdp(physical_map, 0, true), 0);
}

static void addresses_of_64_bit_firmware_have_64_bits(void **state)
{
	static const uint64_t far_tables = 0x123400000000, far_rsdp = 0x567800001000;
	struct unit_writer tables = {0};

	put_entry(&tables, true, acpi_2, far_rsdp);
	physical_put(far_tables, &tables);
	put_system_table(true, 1, far_tables);
	assert_int_equal(efi_find_rsdp(physical_map, SYSTEM, true), far_rsdp);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_newer_rsdp_is_taken_of_64_bit_firmware),
		cmocka_unit_test(the_newer_rsdp_is_taken_of_32_bit_firmware),
		cmocka_unit_test(the_older_one_serves_if_it_is_alone),
		cmocka_unit_test(firmware_without_acpi_has_none),
		cmocka_unit_test(a_table_that_makes_no_sense_is_not_followed),
		cmocka_unit_test(another_signature_is_refused),
		cmocka_unit_test(up_to_1024_tables_are_searched),
		cmocka_unit_test(tables_at_0_are_not_followed),
		cmocka_unit_test(no_system_table_is_read_at_0),
		cmocka_unit_test(addresses_of_64_bit_firmware_have_64_bits),
	};

	return unit_run(rules, COUNT_OF(rules));
}
