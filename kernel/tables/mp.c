#include "kernel/tables/mp.h"

enum {
	POINTER_STEP = 16, /* where the floating pointer may be; its size, too */
	POINTER_TABLE = 4,
	SEARCHED = 1024,
	LAST_KIB_PHYS = 639 << 10, /* of the 640 KiB that base memory has at most */
	ROM_PHYS = 0xF0000,
	ROM_SIZE = 0x10000,
	HEADER_SIZE = 44,
	HEADER_LENGTH = 4,
	ENTRY_PROCESSOR = 0,
	PROCESSOR_SIZE = 20,
	PROCESSOR_APIC_ID = 1,
	PROCESSOR_FLAGS = 3,
	PROCESSOR_ENABLED = 1 << 0,
	OTHER_TYPES_MOST = 4, /* buses, I/O APICs, two kinds of interrupts */
	OTHER_SIZE = 8,
};

static struct bytes mapped(acpi_map *map, uint64_t phys, uint64_t size)
{
	const void *at = map(phys, size);

	return at != NULL ? (struct bytes){at, size} : (struct bytes){0};
}

static struct bytes read_table(acpi_map *map, uint64_t phys)
{
	struct bytes header = mapped(map, phys, HEADER_SIZE), table, rest;
	uint16_t length;

	if (!bytes_skip(header, "PCMP", &rest) || !bytes_u16(header, HEADER_LENGTH, &length) ||
	    length < HEADER_SIZE)
		return (struct bytes){0};
	table = mapped(map, phys, length);
	return bytes_sum(table) == 0 ? table : (struct bytes){0};
}

static struct bytes search(acpi_map *map, uint64_t phys, uint64_t size)
{
	struct bytes all = mapped(map, phys, size), pointer, rest;
	uint32_t table_phys;

	for (size_t at = 0; bytes_slice(all, at, POINTER_STEP, &pointer); at += POINTER_STEP) {
		if (!bytes_skip(pointer, "_MP_", &rest) || bytes_sum(pointer) != 0)
			continue;
		bytes_u32(pointer, POINTER_TABLE, &table_phys);
		if (table_phys != 0)
			return read_table(map, table_phys);
	}
	return (struct bytes){0};
}

struct bytes mp_find(acpi_map *map, uint64_t ebda_phys)
{
	struct bytes table = {0};

	if (ebda_phys != 0)
		table = search(map, ebda_phys, SEARCHED);
	if (table.at == NULL)
		table = search(map, LAST_KIB_PHYS, SEARCHED);
	return table.at != NULL ? table : search(map, ROM_PHYS, ROM_SIZE);
}

uint32_t mp_capacity(struct bytes table)
{
	return (uint32_t)(bytes_from(table, HEADER_SIZE).size / PROCESSOR_SIZE);
}

static bool mp_lists(const struct listed_cpus *cpus, uint8_t apic_id)
{
	for (uint32_t i = 0; i < cpus->count; i++) {
		if (cpus->apic_ids[i] == apic_id)
			return true;
	}
	return false;
}

static void add_processor(struct bytes entry, struct listed_cpus *cpus)
{
	uint8_t apic_id, flags;

	bytes_u8(entry, PROCESSOR_APIC_ID, &apic_id);
	bytes_u8(entry, PROCESSOR_FLAGS, &flags);
	if (!(flags & PROCESSOR_ENABLED))
		cpus->disabled++;
	else if (apic_id == UINT8_MAX)
		cpus->invalid++;
	else if (mp_lists(cpus, apic_id))
		cpus->duplicates++;
	else if (cpus->count < cpus->capacity)
		cpus->apic_ids[cpus->count++] = apic_id;
}

/* Takes the entry at *offset, which has a type, and advances *offset past it. */
static const char *mp_take_entry(struct bytes table, size_t *offset, uint8_t type,
                                 struct bytes *entry)
{
	if (type > OTHER_TYPES_MOST)
		return "an entry has an unknown type";
	if (!bytes_slice(table, *offset, type == ENTRY_PROCESSOR ? PROCESSOR_SIZE : OTHER_SIZE,
	                 entry))
		return "an entry is longer than the table";
	*offset += entry->size;
	return NULL;
}

const char *mp_list_cpus(struct bytes table, struct listed_cpus *cpus)
{
	size_t offset = HEADER_SIZE;
	struct bytes entry;
	uint8_t type;

	*cpus = (struct listed_cpus){.apic_ids = cpus->apic_ids, .capacity = cpus->capacity};
	while (bytes_u8(table, offset, &type)) {
		const char *problem;

		cpus->bad_offset = offset;
		problem = mp_take_entry(table, &offset, type, &entry);
		if (problem != NULL)
			return problem;
		if (type == ENTRY_PROCESSOR)
			add_processor(entry, cpus);
	}
	cpus->bad_offset = 0;
	return NULL;
}
