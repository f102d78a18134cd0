/*
 * The MP table: kernel/tables/mp.h. The input is an MP configuration table, or, if its first byte
 * is odd, the EBDA with a floating pointer, as physical memory from 64 KiB on.
 */
#include "kernel/tables/mp.h"
#include "tests/fuzz/fuzz.h"

enum { HEADER_SIZE = 44, MEMORY_PHYS = 0x10000 };

static struct bytes memory;

static const void *map(uint64_t phys, uint64_t size)
{
	uint64_t offset = phys - MEMORY_PHYS;

	if (phys < MEMORY_PHYS || offset > memory.size || size > memory.size - offset)
		return NULL;
	return memory.at + offset;
}

static void check_list(struct bytes table)
{
	struct listed_cpus cpus = {.capacity = mp_capacity(table)};
	bool seen[256] = {false};
	const char *problem;

	cpus.apic_ids = malloc(cpus.capacity * sizeof(uint32_t));
	problem = mp_list_cpus(table, &cpus);
	require(cpus.count <= cpus.capacity);
	require(cpus.count + cpus.disabled + cpus.duplicates + cpus.invalid <= cpus.capacity);
	require((problem == NULL) == (cpus.bad_offset == 0));
	require(problem == NULL ||
	        (cpus.bad_offset >= HEADER_SIZE && cpus.bad_offset < table.size));
	for (uint32_t i = 0; i < cpus.count; i++) {
		require(cpus.apic_ids[i] < 255 && !seen[cpus.apic_ids[i]]);
		seen[cpus.apic_ids[i]] = true;
	}
	free(cpus.apic_ids);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes table;

	if (size == 0)
		return 0;
	memory = (struct bytes){data + 1, size - 1};
	table = data[0] & 1 ? mp_find(map, MEMORY_PHYS) : memory;
	require(lies_in(table, memory));
	require(!(data[0] & 1) || table.size == 0 ||
	        (table.size >= HEADER_SIZE && bytes_sum(table) == 0));
	check_list(table);
	return 0;
}
