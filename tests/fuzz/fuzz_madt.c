/* The firmware's list of CPUs: kernel/tables/madt.h. */
#include "kernel/tables/madt.h"
#include "tests/fuzz/fuzz.h"

enum { ENTRIES = 44 };

/* Lists into memory of exactly the size that the table needs. The caller frees the IDs. */
static const char *list(struct bytes madt, struct listed_cpus *cpus)
{
	uint32_t capacity = madt_capacity(madt);

	*cpus = (struct listed_cpus){.apic_ids = malloc(capacity * sizeof(uint32_t)),
	                             .capacity = capacity};
	return madt_list_cpus(madt, cpus);
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void check_ids(struct listed_cpus *cpus)
{
	qsort(cpus->apic_ids, cpus->count, sizeof(uint32_t), compare);
	for (uint32_t i = 0; i < cpus->count; i++) {
		require(cpus->apic_ids[i] != UINT32_MAX);
		require(i == 0 || cpus->apic_ids[i] != cpus->apic_ids[i - 1]);
	}
}

/* Cut off before its first defect, a table must be well formed and list the same CPUs. */
static void check_cut(struct bytes madt, const struct listed_cpus *cpus)
{
	struct listed_cpus before;

	require(cpus->bad_offset >= ENTRIES && cpus->bad_offset < madt.size);
	require(list((struct bytes){madt.at, cpus->bad_offset}, &before) == NULL);
	require(before.count == cpus->count);
	require(memcmp(before.apic_ids, cpus->apic_ids, cpus->count * sizeof(uint32_t)) == 0);
	require(before.disabled == cpus->disabled && before.invalid == cpus->invalid);
	free(before.apic_ids);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes madt = {data, size};
	struct listed_cpus cpus;
	const char *problem = list(madt, &cpus);
	uint64_t entries = (uint64_t)cpus.count + cpus.disabled + cpus.duplicates + cpus.repeated +
	                   cpus.invalid;

	require(cpus.count <= cpus.capacity);
	require(entries <= madt_capacity(madt));
	require(cpus.online_capable <= cpus.disabled);
	if (problem == NULL)
		require(cpus.bad_offset == 0 && size >= ENTRIES);
	else if (size >= ENTRIES)
		check_cut(madt, &cpus);
	check_ids(&cpus);
	free(cpus.apic_ids);
	return 0;
}
