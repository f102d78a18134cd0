#include "kernel/tables/multiboot2.h"

enum {
	HEADER_SIZE = 8, /* of the information, and of each tag */
	TAG_END = 0,
	TAG_COMMAND_LINE = 1,
	TAG_LOADER_NAME = 2,
	TAG_MODULE = 3,
	TAG_BASIC_MEMORY = 4,
	TAG_MEMORY_MAP = 6,
	TAG_FRAMEBUFFER = 8,
	TAG_EFI32 = 11, /* system tables */
	TAG_EFI64 = 12,
	TAG_RSDP_OLD = 14,
	TAG_RSDP_NEW = 15,
	TAG_EFI_MAP = 17,
	MEMORY_ENTRY_SIZE = 20, /* of the fields that we know; an entry may be longer */
	EFI_ENTRY_SIZE = 40,    /* likewise */
};

uint32_t multiboot2_size(struct bytes information)
{
	uint32_t size;

	bytes_u32(information, 0, &size);
	return size;
}

static const char *multiboot2_read_memory_map(struct bytes body, struct boot_information *result)
{
	uint32_t entry_size;

	if (!bytes_u32(body, 0, &entry_size))
		return "the memory map has no entry size";
	if (entry_size < MEMORY_ENTRY_SIZE)
		return "the memory map's entries are too short";
	result->memory_entry_size = entry_size;
	result->memory_map = bytes_from(body, 8);
	return NULL;
}

/* Ignores a map with short entries: it is optional, and the loader's own map is enough to boot. */
static void read_efi_map(struct bytes body, struct boot_information *result)
{
	uint32_t entry_size;

	if (!bytes_u32(body, 0, &entry_size) || entry_size < EFI_ENTRY_SIZE)
		return;
	result->efi_entry_size = entry_size;
	result->efi_map = bytes_from(body, 8);
}

static void multiboot2_read_efi(struct bytes body, bool wide, struct boot_information *result)
{
	uint32_t low;

	result->efi = true;
	result->efi_64 = wide;
	if (!wide && bytes_u32(body, 0, &low))
		result->efi_phys = low;
	else
		bytes_u64(body, 0, &result->efi_phys);
}

static const char *multiboot2_read_tag(uint32_t type, struct bytes body,
                                       struct boot_information *result)
{
	switch (type) {
	case TAG_COMMAND_LINE:
		result->command_line = bytes_string(body);
		return NULL;
	case TAG_LOADER_NAME:
		result->loader_name = bytes_string(body);
		return NULL;
	case TAG_MODULE:
		result->modules++;
		return NULL;
	case TAG_BASIC_MEMORY:
		bytes_u32(body, 0, &result->lower_kib);
		bytes_u32(body, 4, &result->upper_kib);
		return NULL;
	case TAG_MEMORY_MAP:
		return multiboot2_read_memory_map(body, result);
	case TAG_FRAMEBUFFER:
		result->framebuffer = body;
		return NULL;
	case TAG_EFI32:
	case TAG_EFI64:
		multiboot2_read_efi(body, type == TAG_EFI64, result);
		return NULL;
	case TAG_RSDP_OLD:
		result->rsdp_old = body;
		return NULL;
	case TAG_RSDP_NEW:
		result->rsdp_new = body;
		return NULL;
	case TAG_EFI_MAP:
		read_efi_map(body, result);
		return NULL;
	default:
		return NULL;
	}
}

/* Takes the tag at *offset, and aligns *offset for the next: Multiboot2 3.6.2 "Basic tags
 * structure". */
static const char *take_tag(struct bytes information, size_t *offset, uint32_t *type,
                            struct bytes *body)
{
	uint32_t size;
	struct bytes tag;

	if (!bytes_u32(information, *offset, type) || !bytes_u32(information, *offset + 4, &size))
		return "it ends without an end tag";
	*body = (struct bytes){0};
	if (*type == TAG_END)
		return NULL;
	if (size < HEADER_SIZE)
		return "a tag is shorter than its own header";
	if (!bytes_slice(information, *offset, size, &tag))
		return "a tag extends past the end of the boot information";
	*body = bytes_from(tag, HEADER_SIZE);
	*offset += ((size_t)size + 7) & ~(size_t)7;
	return NULL;
}

/* The loop ends, because each tag has at least 8 bytes and lies inside the information. */
const char *multiboot2_parse(struct bytes information, struct boot_information *result)
{
	size_t offset = HEADER_SIZE;
	uint32_t claimed = multiboot2_size(information), type;
	const char *problem;
	struct bytes body;

	*result = (struct boot_information){0};
	if (claimed < information.size)
		information.size = claimed;
	do {
		problem = take_tag(information, &offset, &type, &body);
		if (problem == NULL)
			problem = multiboot2_read_tag(type, body, result);
	} while (problem == NULL && type != TAG_END);
	return problem;
}
