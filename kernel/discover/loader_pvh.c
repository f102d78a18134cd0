#include "kernel/discover/loader_pvh.h"

#include "kernel/machine/arch.h"
#include "kernel/machine/memory.h"
#include "kernel/tables/acpi.h"
#include "kernel/tables/pvh.h"

enum { COMMAND_LINE_MAX = 1 << 16 };

/* Maps what phys points to, unless it is 0; empty, with a problem, if that is not possible. */
static struct bytes map_part(uint64_t phys, uint64_t size, const char **problem)
{
	struct bytes mapped = {phys != 0 ? arch_map(phys, size) : NULL, size};

	if (mapped.at != NULL)
		return mapped;
	if (phys != 0 && *problem == NULL)
		*problem = "it points to an address that cannot be mapped";
	return (struct bytes){0};
}

/* Also keeps the memory from being handed out. */
static struct bytes map_and_keep(uint64_t phys, uint64_t size, const char **problem)
{
	struct bytes mapped = map_part(phys, size, problem);

	if (mapped.at != NULL)
		memory_reserve(phys, size);
	return mapped;
}

/* Reads first and reserves then: only the zero at the end tells how long the command line is. */
static struct bytes read_command_line(uint64_t phys, const char **problem)
{
	struct bytes line = map_part(phys, COMMAND_LINE_MAX, problem);

	if (line.at == NULL)
		return line;
	line = bytes_string(line);
	memory_reserve(phys, line.size + 1);
	if (line.size == COMMAND_LINE_MAX && *problem == NULL)
		*problem = "its command line has no end; using the first 65536 bytes";
	return line;
}

static void read_rsdp(uint64_t phys, struct boot_information *information, const char **problem)
{
	struct bytes rsdp = map_and_keep(phys, ACPI_RSDP_SIZE, problem);
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
	const char *problem = NULL;

	problem = pvh_parse(map_and_keep(arch_boot_information_phys(), PVH_SIZE, &problem), &start);
	*information = (struct boot_information){
		.command_line = read_command_line(start.command_line_phys, &problem),
		.loader_name = {(const uint8_t *)name, sizeof(name) - 1},
		.memory_entry_size = PVH_MEMORY_ENTRY_SIZE,
		.modules = start.modules,
	};
	information->memory_map =
		map_and_keep(start.memory_map_phys,
	                     (uint64_t)start.memory_map_entries * PVH_MEMORY_ENTRY_SIZE, &problem);
	read_rsdp(start.rsdp_phys, information, &problem);
	return problem;
}
