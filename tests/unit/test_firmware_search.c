/*
 * kernel/discover/firmware.h: where tables are searched for if the loader names none. The test
 * supplies memory and log.
 */
#include "kernel/machine/arch.h"
#include "kernel/discover/firmware.h"
#include "tests/unit/log_lines.h"
#include "tests/unit/physical.h"

enum { RSDT = 0x1000, MADT = 0x3000, MP = 0x5000, EFI = 0x9000, FOUND = 0xA000, BIOS = 0xE0000 };

static uint8_t bios[0x20000];
static uint8_t large[(16 << 20) + 0x1000];
static uint64_t large_size; /* 0: none */

#define LARGE 0x10000000u

void *arch_map_firmware(uint64_t phys, uint64_t size)
{
	assert_true(phys >= 0x400); /* the BIOS data area */
	if (phys >= BIOS && phys + size <= BIOS + sizeof(bios))
		return bios + (phys - BIOS);
	if (large_size > 0 && phys >= LARGE && phys + size <= LARGE + large_size)
		return large + (phys - LARGE);
	return (void *)(uintptr_t)physical_map(phys, size);
}

uint64_t arch_mapped_phys(const void *mapped)
{
	return physical_address(mapped);
}

static void put_table(uint64_t phys, const char *signature, uint64_t number)
{
	struct unit_writer table;

	unit_begin_table(&table, signature);
	unit_put(&table, number, 4);
	unit_fill(&table, signature[0] == 'A' ? 44 : 40);
	unit_end_table(&table);
	physical_put(phys, &table);
}

/* Returns the RSDP of a machine that has a MADT. */
static struct unit_writer machine(void)
{
	struct unit_writer rsdp = {0};

	lines = unit_capture();
	put_table(MADT, "APIC", 0xFEE00000);
	put_table(RSDT, "RSDT", MADT);
	unit_put_string(&rsdp, "RSD PTR ");
	unit_fill(&rsdp, 16);
	unit_put(&rsdp, RSDT, 4);
	rsdp.at[8] = (uint8_t)-bytes_sum(unit_written(&rsdp));
	unit_fill(&rsdp, 36);
	return rsdp;
}

static void an_rsdp_that_the_loader_has_not_passed_is_found_in_the_bios(void **state)
{
	struct boot_information information = {0};
	struct unit_writer rsdp = machine();
	struct firmware firmware;

	memcpy(bios + 0x1230, rsdp.at, rsdp.size);
	firmware_read(&information, false, &firmware);
	assert_int_equal(firmware.madt.size, 44);
	assert_non_null(strstr(lines->at, "using the one that the firmware has in memory\n"));
}

/* The machine's RSDP at an address, and what else the loader says. */
static bool finds_at(uint64_t phys, struct boot_information information)
{
	struct unit_writer rsdp = machine();
	struct firmware firmware;

	physical_put(phys, &rsdp);
	firmware_read(&information, false, &firmware);
	return firmware.madt.size > 0;
}

static void without_the_loader_the_efi_system_table_leads_to_the_rsdp(void **state)
{
	static const uint8_t guid[16] = {0x71, 0xE8, 0x68, 0x88, 0xF1, 0xE4, 0xD3, 0x11,
	                                 0xBC, 0x22, 0x00, 0x80, 0xC7, 0x3C, 0x88, 0x81};
	struct unit_writer system = {0};

	unit_put_string(&system, "IBI SYST");
	unit_fill(&system, 104);
	unit_put(&system, 1, 8);
	unit_put(&system, EFI + 120, 8);
	for (size_t i = 0; i < sizeof(guid); i++)
		unit_put(&system, guid[i], 1);
	unit_put(&system, FOUND, 8);
	physical_put(EFI, &system);
	assert_true(finds_at(
		FOUND, (struct boot_information){.efi = true, .efi_64 = true, .efi_phys = EFI}));
	assert_non_null(strstr(lines->at, "using the one that the firmware has in memory\n"));
}

static void without_it_the_rsdp_is_found_in_reclaimable_memory(void **state)
{
	struct unit_writer map = {0};
	struct boot_information information = {.memory_entry_size = 24};

	for (uint64_t type = 1; type <= 3; type++) {
		unit_put(&map, type == 3 ? FOUND : 0xDEAD0000, 8);
		unit_put(&map, 36, 8);
		unit_put(&map, type, 8);
	}
	information.memory_map = unit_written(&map);
	assert_true(finds_at(FOUND, information));
	((uint8_t *)(uintptr_t)information.memory_map.at)[64] = 4; /* NVS memory is not searched */
	assert_false(finds_at(FOUND, information));
}

static void without_acpi_the_mp_table_is_found(void **state)
{
	struct boot_information information = {0};
	struct unit_writer table = {0};
	struct firmware firmware;

	lines = unit_capture();
	unit_put_string(&table, "PCMP");
	unit_put(&table, 44, 2);
	unit_fill(&table, 44);
	table.at[7] = (uint8_t)-bytes_sum(unit_written(&table));
	physical_put(MP, &table);
	memcpy(bios + 0x10000, (uint8_t[]){'_', 'M', 'P', '_', 0, 0x50, 0, 0, 1, 4, 0x4A}, 11);
	bios[0x1000A] = (uint8_t)(bios[0x1000A] - bytes_sum((struct bytes){bios + 0x10000, 16}));
	firmware_read(&information, false, &firmware);
	assert_int_equal(firmware.mp.size, 44);
	information.rsdp_old = (struct bytes){bios, 20}; /* broken */
	firmware_read(&information, false, &firmware);
	assert_int_equal(firmware.mp.size, 0);
	information.rsdp_old = (struct bytes){0};
	information.efi = true;
	firmware_read(&information, false, &firmware);
	assert_int_equal(firmware.mp.size, 0);
}

/* A range of more than 16 MiB would take too long. */
static void reclaimable_memory_of_up_to_16_mib_is_searched(void **state)
{
	for (uint64_t extra = 0; extra <= 0x1000; extra += 0x1000) {
		struct unit_writer map = {0};
		struct boot_information information = {.memory_entry_size = 24};

		large_size = (16 << 20) + extra;
		memset(large, 0, sizeof(large));
		memcpy(large + 0x100, machine().at, 36);
		unit_put(&map, LARGE, 8);
		unit_put(&map, large_size, 8);
		unit_put(&map, 3, 8);
		information.memory_map = unit_written(&map);
		assert_int_equal(finds_at(FOUND, information), extra == 0);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(an_rsdp_that_the_loader_has_not_passed_is_found_in_the_bios),
		cmocka_unit_test(without_the_loader_the_efi_system_table_leads_to_the_rsdp),
		cmocka_unit_test(without_it_the_rsdp_is_found_in_reclaimable_memory),
		cmocka_unit_test(without_acpi_the_mp_table_is_found),
		cmocka_unit_test(reclaimable_memory_of_up_to_16_mib_is_searched),
	};

	return unit_run(rules, COUNT_OF(rules));
}
