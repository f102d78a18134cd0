#include "kernel/madt.h"

enum {
	ENTRIES = 44, /* offset of the first entry */
	ENTRY_HEADER_SIZE = 2,
	TYPE_LOCAL_APIC = 0, /* ACPI 6.5 5.2.12.2 "Processor Local APIC Structure" */
	LOCAL_APIC_SIZE = 8,
	LOCAL_APIC_ID = 3,
	LOCAL_APIC_FLAGS = 4,
	LOCAL_APIC_BROADCAST = 0xFF,
	TYPE_LOCAL_X2APIC = 9, /* ACPI 6.5 5.2.12.12 "Processor Local x2APIC Structure" */
	LOCAL_X2APIC_SIZE = 16,
	LOCAL_X2APIC_ID = 4,
	LOCAL_X2APIC_FLAGS = 8,
	FLAG_ENABLED = 1 << 0,
};

#define LOCAL_X2APIC_BROADCAST 0xFFFFFFFF

uint32_t madt_capacity(struct bytes madt)
{
	return (uint32_t)(bytes_from(madt, ENTRIES).size / LOCAL_APIC_SIZE);
}

/* IDs mostly come in rising order, and then the last look is the only one. */
static bool is_listed(const struct madt_cpus *cpus, uint32_t apic_id, uint32_t highest)
{
	if (cpus->count == 0 || apic_id > highest)
		return false;
	for (uint32_t i = cpus->count; i > 0; i--) {
		if (cpus->apic_ids[i - 1] == apic_id)
			return true;
	}
	return false;
}

static void add(struct madt_cpus *cpus, uint32_t apic_id, uint32_t flags, uint32_t *highest)
{
	if (!(flags & FLAG_ENABLED)) {
		cpus->disabled++;
	} else if (is_listed(cpus, apic_id, *highest)) {
		cpus->duplicates++;
	} else if (cpus->count < cpus->capacity) {
		cpus->apic_ids[cpus->count++] = apic_id;
		if (apic_id > *highest)
			*highest = apic_id;
	}
}

static const char *add_entry(struct bytes entry, struct madt_cpus *cpus, uint32_t *highest)
{
	uint32_t apic_id, flags;
	uint8_t type, short_id;

	bytes_u8(entry, 0, &type);
	if (type == TYPE_LOCAL_APIC) {
		if (entry.size < LOCAL_APIC_SIZE)
			return "a Processor Local APIC entry is too short";
		bytes_u8(entry, LOCAL_APIC_ID, &short_id);
		bytes_u32(entry, LOCAL_APIC_FLAGS, &flags);
		if (short_id == LOCAL_APIC_BROADCAST)
			cpus->invalid++;
		else
			add(cpus, short_id, flags, highest);
	} else if (type == TYPE_LOCAL_X2APIC) {
		if (entry.size < LOCAL_X2APIC_SIZE)
			return "a Processor Local x2APIC entry is too short";
		bytes_u32(entry, LOCAL_X2APIC_ID, &apic_id);
		bytes_u32(entry, LOCAL_X2APIC_FLAGS, &flags);
		if (apic_id == LOCAL_X2APIC_BROADCAST)
			cpus->invalid++;
		else
			add(cpus, apic_id, flags, highest);
	}
	return NULL;
}

const char *madt_list_cpus(struct bytes madt, struct madt_cpus *cpus)
{
	uint32_t highest = 0;
	size_t offset = ENTRIES;

	cpus->count = cpus->disabled = cpus->duplicates = cpus->invalid = 0;
	if (madt.size < ENTRIES)
		return "it is too short";
	while (offset < madt.size) {
		const char *problem;
		struct bytes entry;
		uint8_t size;

		if (!bytes_u8(madt, offset + 1, &size) || size < ENTRY_HEADER_SIZE)
			return "an entry is shorter than its own header";
		if (!bytes_slice(madt, offset, size, &entry))
			return "an entry is longer than the table";
		problem = add_entry(entry, cpus, &highest);
		if (problem != NULL)
			return problem;
		offset += size;
	}
	return NULL;
}
