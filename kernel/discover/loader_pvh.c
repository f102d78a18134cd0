#include "kernel/discover/loader_pvh.h"

#include "kernel/machine/arch.h"
#include "kernel/machine/memory.h"
#include "kernel/tables/acpi.h"
#include "kernel/tables/pvh.h"

enum { COMMAND_LINE_MAX = 1 << 16 };

/* Maps size bytes and reserves their memory. Empty if they cannot be mapped. */
static struct bytes map_and_keep(uint64_t phys, uint64_t size)
{
	struct bytes mapped = {phys != 0 ? arch_map(phys, size) : NULL, size};

	if (mapped.at == NULL)
		return (struct bytes){0};
	memory_reserve(phys, size);
	return mapped;
}

/* Reads first and reserves then: only the zero at the end tells how long the command line is. */
static struct bytes read_command_line(uint64_t phys)
{
	struct bytes line = {phys != 0 ? arch_map(phys, COMMAND_LINE_MAX) : NULL, COMMAND_LINE_MAX};

	if (line.at == NULL)
		return (struct bytes){0};
	line = bytes_string(line);
	memory_reserve(phys, line.size + 1);
	return line;
}

static void read_rsdp(uint64_t phys, struct boot_information *information)
{
	struct bytes rsdp = map_and_keep(phys, ACPI_RSDP_SIZE);
	uint8_t revision;

	if (!bytes_u8(rsdp, ACPI_RSDP_REVISION, &revision))
		return;
	if (revision >= 2)
		information->rsdp_new = rsdp;
	else
		bytes_slice(rsdp, 0, ACPI_RSDP_OLD_SIZE, &information->rsdp_old);
}

const char *loader_read_pvh(struct boot_information *information)
{
	static const char name[] = "a PVH loader";
	struct pvh start;
	const char *problem =
		pvh_parse(map_and_keep(arch_boot_information_phys(), PVH_SIZE), &start);

	*information = (struct boot_information){
		.command_line = read_command_line(start.command_line_phys),
		.loader_name = {(const uint8_t *)name, sizeof(name) - 1},
		.memory_map =
			map_and_keep(start.memory_map_phys,
	                             (uint64_t)start.memory_map_entries * PVH_MEMORY_ENTRY_SIZE),
		.memory_entry_size = PVH_MEMORY_ENTRY_SIZE,
	};
	read_rsdp(start.rsdp_phys, information);
	return problem;
}
