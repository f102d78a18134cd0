#include "kernel/tables/acpi.h"

enum {
	RSDP_RSDT = 16,
	RSDP_LENGTH = 20,
	RSDP_XSDT = 24,
	HEADER_SIZE = 36, /* of every other table */
	HEADER_LENGTH = 4,
	HPET_ADDRESS_SPACE = 40,
	HPET_ADDRESS = 44,
	SPACE_MEMORY = 0,
	TABLE_SIZE_MAX = 1 << 20, /* more is nonsense: 4,096 CPUs take 64 KiB */
};

static const char *read_xsdt_address(struct bytes from, struct acpi_rsdp *rsdp)
{
	uint32_t length;
	struct bytes whole;

	if (!bytes_u32(from, RSDP_LENGTH, &length) || length < ACPI_RSDP_SIZE)
		return "the RSDP of revision 2 is too short";
	if (!bytes_slice(from, 0, length, &whole))
		return "the RSDP is longer than the loader's copy of it";
	if (bytes_sum(whole) != 0)
		return "the RSDP's extended checksum is wrong";
	bytes_u64(from, RSDP_XSDT, &rsdp->xsdt_phys);
	return NULL;
}

const char *acpi_read_rsdp(struct bytes from, struct acpi_rsdp *rsdp)
{
	const char *problem = NULL;
	struct bytes first, rest;

	*rsdp = (struct acpi_rsdp){0};
	if (!bytes_slice(from, 0, ACPI_RSDP_OLD_SIZE, &first))
		return "the RSDP is too short";
	if (!bytes_skip(first, "RSD PTR ", &rest))
		return "the RSDP does not begin with its signature";
	if (bytes_sum(first) != 0)
		return "the RSDP's checksum is wrong";
	bytes_u8(first, ACPI_RSDP_REVISION, &rsdp->revision);
	bytes_u32(first, RSDP_RSDT, &rsdp->rsdt_phys);
	if (rsdp->revision >= 2)
		problem = read_xsdt_address(from, rsdp);
	if (problem == NULL && rsdp->rsdt_phys == 0 && rsdp->xsdt_phys == 0)
		problem = "the RSDP names neither an RSDT nor an XSDT";
	return problem;
}

const char *acpi_read_table(acpi_map *map, uint64_t phys, const char *signature,
                            struct bytes *table)
{
	struct bytes header = {map(phys, HEADER_SIZE), HEADER_SIZE};
	struct bytes rest;
	uint32_t length;

	*table = (struct bytes){0};
	if (header.at == NULL)
		return "it lies where no memory can be mapped";
	if (!bytes_skip(header, signature, &rest))
		return "it does not begin with its signature";
	bytes_u32(header, HEADER_LENGTH, &length);
	if (length < HEADER_SIZE)
		return "it is shorter than its own header";
	if (length > TABLE_SIZE_MAX)
		return "it claims to be longer than 1 MiB";
	struct bytes whole = {map(phys, length), length};
	if (whole.at == NULL)
		return "it ends where no memory can be mapped";
	if (bytes_sum(whole) != 0)
		return "its checksum is wrong";
	*table = whole;
	return NULL;
}

static bool has_signature(acpi_map *map, uint64_t phys, const char *signature)
{
	struct bytes header = {map(phys, HEADER_SIZE), HEADER_SIZE};
	struct bytes rest;

	return header.at != NULL && bytes_skip(header, signature, &rest);
}

const char *acpi_read_root(acpi_map *map, uint64_t phys, bool extended, struct acpi_root *root)
{
	root->extended = extended;
	return acpi_read_table(map, phys, extended ? "XSDT" : "RSDT", &root->table);
}

const char *acpi_find_table(acpi_map *map, const struct acpi_root *root, const char *signature,
                            struct bytes *table)
{
	const char *problem = "there is none";
	struct bytes list = root->table;
	size_t entry_size = root->extended ? 8 : 4;

	*table = (struct bytes){0};
	for (size_t at = HEADER_SIZE; at + entry_size <= list.size; at += entry_size) {
		uint64_t phys;
		uint32_t low;

		if (!root->extended) {
			bytes_u32(list, at, &low);
			phys = low;
		} else {
			bytes_u64(list, at, &phys);
		}
		if (phys == 0 || !has_signature(map, phys, signature))
			continue;
		problem = acpi_read_table(map, phys, signature, table);
		if (problem == NULL)
			return NULL;
	}
	return problem;
}

/* A Generic Address Structure: ACPI 6.5 5.2.3.2 "Generic Address Structure" */
uint64_t acpi_hpet_phys(struct bytes table)
{
	uint64_t address;
	uint8_t space;

	if (!bytes_u8(table, HPET_ADDRESS_SPACE, &space) || space != SPACE_MEMORY ||
	    !bytes_u64(table, HPET_ADDRESS, &address))
		return 0;
	return address;
}
