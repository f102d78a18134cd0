/*
 * From the RSDP to a table: kernel/tables/acpi.h. The input is physical memory from address 0 on,
 * with an RSDP at its start. If the first byte says so, checksums are corrected when they are read:
 * otherwise hardly any input would pass the first check.
 */
#include "kernel/lib/count.h"
#include "kernel/tables/acpi.h"
#include "tests/fuzz/fuzz.h"

static struct {
	uint8_t *at;
	size_t size;
	bool repair;
	unsigned looks;
} memory;

static void repair(uint8_t *table, size_t size, size_t checksum_at)
{
	table[checksum_at] = 0;
	table[checksum_at] = (uint8_t)-bytes_sum((struct bytes){table, size});
}

static const void *map(uint64_t phys, uint64_t size)
{
	memory.looks++;
	if (phys > memory.size || size > memory.size - phys)
		return NULL;
	if (memory.repair && size > 9)
		repair(memory.at + phys, size, 9);
	return memory.at + phys;
}

static void check_table(struct bytes table, const char *problem, const char *signature)
{
	uint32_t length = 0;

	if (problem != NULL) {
		require(table.at == NULL && table.size == 0);
		return;
	}
	require(lies_in(table, (struct bytes){memory.at, memory.size}));
	require(table.size >= 36 && table.size <= 1 << 20);
	require(memcmp(table.at, signature, 4) == 0);
	require(bytes_u32(table, 4, &length) && length == table.size);
	require(bytes_sum(table) == 0);
}

static void check_root(uint64_t phys, bool extended)
{
	static const char *const signatures[] = {"APIC", "FACP", "SPCR", "DSDT"};
	struct acpi_root root;
	const char *problem = acpi_read_root(map, phys, extended, &root);
	struct bytes table;

	check_table(root.table, problem, extended ? "XSDT" : "RSDT");
	for (size_t i = 0; i < COUNT_OF(signatures); i++) {
		memory.looks = 0;
		problem = acpi_find_table(map, &root, signatures[i], &table);
		check_table(table, problem, signatures[i]);
		require(memory.looks <= 3 * memory.size / 4);
		problem = acpi_read_table(map, phys, signatures[i], &table);
		check_table(table, problem, signatures[i]);
	}
}

static void check_all(struct bytes from)
{
	struct acpi_rsdp rsdp;
	const char *problem = acpi_read_rsdp(from, &rsdp);

	require(problem != NULL || rsdp.rsdt_phys != 0 || rsdp.xsdt_phys != 0);
	require(problem == NULL || rsdp.xsdt_phys == 0);
	require(rsdp.xsdt_phys == 0 || rsdp.revision >= 2);
	check_root(rsdp.xsdt_phys, true);
	check_root(rsdp.rsdt_phys, false);
	require(from.size >= 52 || acpi_hpet_phys(from) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	memory.repair = data[0] & 1;
	memory.size = size - 1;
	memory.at = with_tail(data + 1, memory.size, 0, 0);
	if (memory.repair && memory.size >= 36) {
		repair(memory.at, 20, 8);
		repair(memory.at, 36, 32);
	}
	check_all((struct bytes){memory.at, memory.size < 36 ? memory.size : 36});
	free(memory.at);
	return 0;
}
