#include "kernel/tables/acpi.h"

enum {
	RSDP_RSDT = 16,
	RSDP_LENGTH = 20,
	RSDP_XSDT = 24,
	RSDP_STEP = 16, /* a BIOS puts it at a multiple of 16 */
	EBDA_SEARCHED = 1024,
	BIOS_PHYS = 0xE0000,
	BIOS_SIZE = 0x20000,
	SIGNATURE_SIZE = 4,
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

/* Checks everything about a table except its checksum. */
static const char *read_unsummed(acpi_map *map, uint64_t phys, const char *signature,
                                 struct bytes *table)
{
	struct bytes header = {map(phys, HEADER_SIZE), HEADER_SIZE};
	struct bytes rest, whole;
	uint32_t length;

	*table = (struct bytes){0};
	if (header.at == NULL)
		return "its address cannot be mapped";
	if (!bytes_skip(header, signature, &rest))
		return "wrong signature";
	bytes_u32(header, HEADER_LENGTH, &length);
	if (length < HEADER_SIZE)
		return "it is shorter than its own header";
	if (length > TABLE_SIZE_MAX)
		return "it claims to be longer than 1 MiB";
	whole = (struct bytes){map(phys, length), length};
	if (whole.at == NULL)
		return "its end cannot be mapped";
	*table = whole;
	return NULL;
}

const char *acpi_read_table(acpi_map *map, uint64_t phys, const char *signature,
                            struct bytes *table)
{
	const char *problem = read_unsummed(map, phys, signature, table);

	if (problem != NULL || bytes_sum(*table) == 0)
		return problem;
	*table = (struct bytes){0};
	return "its checksum is wrong";
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

/* Reads entry index of the root. Returns false after the last. */
static bool root_entry(const struct acpi_root *root, size_t index, uint64_t *phys)
{
	bool inside;
	uint32_t low;

	if (root->extended)
		return bytes_u64(root->table, HEADER_SIZE + index * 8, phys);
	inside = bytes_u32(root->table, HEADER_SIZE + index * 4, &low);
	*phys = low;
	return inside;
}

typedef const char *table_reader(acpi_map *map, uint64_t phys, const char *signature,
                                 struct bytes *table);

/*
 * Finds the first table from entry *index on that has the signature and that read accepts. It does
 * not stop at one that read refuses: GRUB's acpi command can add an intact table of the same kind.
 */
static const char *find_table_by(table_reader *read, acpi_map *map, const struct acpi_root *root,
                                 const char *signature, size_t *index, struct bytes *table)
{
	const char *problem = "there is none";
	uint64_t phys;

	*table = (struct bytes){0};
	while (root_entry(root, (*index)++, &phys)) {
		if (phys == 0 || !has_signature(map, phys, signature))
			continue;
		problem = read(map, phys, signature, table);
		if (problem == NULL)
			return NULL;
	}
	return problem;
}

const char *acpi_find_table(acpi_map *map, const struct acpi_root *root, const char *signature,
                            struct bytes *table)
{
	size_t index = 0;

	return find_table_by(acpi_read_table, map, root, signature, &index, table);
}

bool acpi_next_table(acpi_map *map, const struct acpi_root *root, const char *signature,
                     size_t *index, struct bytes *table)
{
	return find_table_by(acpi_read_table, map, root, signature, index, table) == NULL;
}

const char *acpi_find_bad_sum(acpi_map *map, const struct acpi_root *root, const char *signature,
                              struct bytes *table)
{
	size_t index = 0;

	return find_table_by(read_unsummed, map, root, signature, &index, table);
}

unsigned acpi_count_tables(acpi_map *map, const struct acpi_root *root, const char *signature,
                           uint64_t *first_phys)
{
	unsigned count = 0;
	uint64_t phys;

	*first_phys = 0;
	for (size_t i = 0; root_entry(root, i, &phys); i++) {
		if (phys != 0 && has_signature(map, phys, signature) && count++ == 0)
			*first_phys = phys;
	}
	return count;
}

/* Returns true if there is a signature at the address: capitals, digits and underscores. */
static bool leads_to_table(acpi_map *map, uint64_t phys)
{
	struct bytes header = {phys != 0 ? map(phys, HEADER_SIZE) : NULL, HEADER_SIZE};

	for (size_t i = 0; header.at != NULL && i < SIGNATURE_SIZE; i++) {
		uint8_t byte = header.at[i];

		if (!(byte >= 'A' && byte <= 'Z') && !(byte >= '0' && byte <= '9') && byte != '_')
			return false;
	}
	return header.at != NULL;
}

/*
 * A wrong checksum alone can be a mistake of the firmware's authors. Damaged entries would hardly
 * all lead to tables, so a root whose entries do is used. The alternative is to start no AP.
 */
const char *acpi_read_bad_root(acpi_map *map, uint64_t phys, bool extended, struct acpi_root *root)
{
	const char *problem;
	uint64_t entry;
	size_t count = 0;

	root->extended = extended;
	problem = read_unsummed(map, phys, extended ? "XSDT" : "RSDT", &root->table);
	if (problem != NULL)
		return problem;
	for (; root_entry(root, count, &entry); count++) {
		if (!leads_to_table(map, entry))
			break;
	}
	if (count > 0 && !root_entry(root, count, &entry))
		return NULL;
	root->table = (struct bytes){0};
	return "its checksum is wrong, and an entry leads to no table";
}

/* acpi_read_rsdp() sets an address only if the ACPI 1.0 part is intact: random bytes are not. */
struct bytes acpi_search_rsdp_in(acpi_map *map, uint64_t phys, uint64_t size)
{
	struct bytes all = {map(phys, size), size}, from;
	struct acpi_rsdp rsdp;

	for (size_t at = 0; all.at != NULL && at < size; at += RSDP_STEP) {
		from = bytes_from(all, at);
		acpi_read_rsdp(from, &rsdp);
		if (rsdp.rsdt_phys != 0 || rsdp.xsdt_phys != 0)
			return from;
	}
	return (struct bytes){0};
}

struct bytes acpi_search_rsdp(acpi_map *map, uint64_t ebda_phys)
{
	struct bytes found = {0};

	if (ebda_phys != 0)
		found = acpi_search_rsdp_in(map, ebda_phys, EBDA_SEARCHED);
	return found.at != NULL ? found : acpi_search_rsdp_in(map, BIOS_PHYS, BIOS_SIZE);
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
