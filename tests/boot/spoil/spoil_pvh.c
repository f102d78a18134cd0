/* The start information of a PVH loader: Xen's docs/misc/pvh.pandoc "HVM direct boot ABI". */
#include "tests/boot/spoil/spoil.h"

struct start_information {
	uint32_t magic, version, flags, modules;
	uint64_t module_list, command_line, rsdp, memory_map;
	uint32_t memory_map_entries, zero;
};

const uint8_t *pvh_make(const struct module *module)
{
	static struct start_information start = {.magic = 0x336EC578};

	start.version = (uint32_t)words_number("pvh-version", 1);
	start.modules = (uint32_t)words_number("pvh-modules", 0);
	start.command_line = words_number("pvh-line", (uint32_t)line_of(module));
	if (words_have("nocmdline"))
		start.command_line = 0;
	start.memory_map = (uint32_t)map_entries(&start.memory_map_entries);
	start.memory_map = words_number("pvh-map", start.memory_map);
	return (const uint8_t *)(uint32_t)words_number("pvh-at", (uint32_t)&start);
}
