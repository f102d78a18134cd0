#include "kernel/tables/efi.h"

#include "kernel/lib/string.h"

enum {
	GUID_SIZE = 16,
	TABLES_MOST = 1024, /* real firmware has about 20 */
};

/* Offsets of the fields. They depend on the size of the pointers in the table. */
static const struct layout {
	uint8_t count, tables, size, pointer_size;
} narrow = {64, 68, 72, 4}, wide_layout = {104, 112, 120, 8};

static const uint8_t acpi_2_guid[GUID_SIZE] = {0x71, 0xE8, 0x68, 0x88, 0xF1, 0xE4, 0xD3, 0x11,
                                               0xBC, 0x22, 0x00, 0x80, 0xC7, 0x3C, 0x88, 0x81};
static const uint8_t acpi_1_guid[GUID_SIZE] = {0x30, 0x2D, 0x9D, 0xEB, 0x88, 0x2D, 0xD3, 0x11,
                                               0x9A, 0x16, 0x00, 0x90, 0x27, 0x3F, 0xC1, 0x4D};

static uint64_t read_pointer(struct bytes from, size_t offset, const struct layout *layout)
{
	uint32_t low;
	uint64_t all;

	if (layout->pointer_size == sizeof(all)) {
		bytes_u64(from, offset, &all);
		return all;
	}
	bytes_u32(from, offset, &low);
	return low;
}

/* Returns the address that the configuration table gives for this GUID, or 0. */
static uint64_t find_guid(struct bytes tables, const struct layout *layout, const uint8_t *guid)
{
	size_t entry_size = (size_t)GUID_SIZE + layout->pointer_size;
	struct bytes entry;

	for (size_t at = 0; bytes_slice(tables, at, entry_size, &entry); at += entry_size) {
		if (memcmp(entry.at, guid, GUID_SIZE) == 0)
			return read_pointer(entry, GUID_SIZE, layout);
	}
	return 0;
}

uint64_t efi_find_rsdp(acpi_map *map, uint64_t phys, bool wide)
{
	const struct layout *layout = wide ? &wide_layout : &narrow;
	struct bytes table = {phys != 0 ? map(phys, layout->size) : NULL, layout->size}, tables,
		     rest;
	uint64_t count, tables_phys, found;

	if (table.at == NULL || !bytes_skip(table, "IBI SYST", &rest))
		return 0;
	count = read_pointer(table, layout->count, layout);
	tables_phys = read_pointer(table, layout->tables, layout);
	if (count == 0 || count > TABLES_MOST || tables_phys == 0)
		return 0;
	tables.size = (size_t)count * ((size_t)GUID_SIZE + layout->pointer_size);
	tables.at = map(tables_phys, tables.size);
	if (tables.at == NULL)
		return 0;
	found = find_guid(tables, layout, acpi_2_guid);
	return found != 0 ? found : find_guid(tables, layout, acpi_1_guid);
}
