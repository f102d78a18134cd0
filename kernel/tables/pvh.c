#include "kernel/tables/pvh.h"

enum {
	MAGIC = 0,
	VERSION = 4,
	MODULES = 12,
	COMMAND_LINE = 24,
	RSDP = 32,
	MEMORY_MAP = 40, /* since version 1, like the next */
	MEMORY_MAP_ENTRIES = 48,

	MAGIC_VALUE = 0x336EC578,
};

/* Uses the start of an implausibly long map: without any memory there would be no report. */
static const char *pvh_read_memory_map(struct bytes information, struct pvh *result)
{
	if (!bytes_u64(information, MEMORY_MAP, &result->memory_map_phys) ||
	    !bytes_u32(information, MEMORY_MAP_ENTRIES, &result->memory_map_entries))
		return "its version promises a memory map, and it ends before that";
	if (result->memory_map_phys == 0)
		result->memory_map_entries = 0;
	if (result->memory_map_entries == 0)
		return "it has no memory map";
	if (result->memory_map_entries <= PVH_MEMORY_ENTRIES_MAX)
		return NULL;
	result->memory_map_entries = PVH_MEMORY_ENTRIES_MAX;
	return "its memory map is implausibly long; using the first 65536 entries";
}

const char *pvh_parse(struct bytes information, struct pvh *result)
{
	uint32_t magic, version;

	*result = (struct pvh){0};
	if (!bytes_u32(information, MAGIC, &magic) || magic != MAGIC_VALUE)
		return "its magic number is wrong";
	bytes_u32(information, VERSION, &version);
	bytes_u32(information, MODULES, &result->modules);
	bytes_u64(information, COMMAND_LINE, &result->command_line_phys);
	if (!bytes_u64(information, RSDP, &result->rsdp_phys))
		return "it ends before its fixed fields do";
	if (version == 0)
		return "it is of version 0, which has no memory map";
	return pvh_read_memory_map(information, result);
}
