#include "arch/x86_64/topology.h"

#include "arch/x86_64/instructions.h"
#include "arch/x86_64/registers.h"

#include <stdbool.h>

enum {
	LEAF_TOPOLOGY = 0x0B,
	LEAF_TOPOLOGY_V2 = 0x1F, /* came after the edition that is cited here */
	LEVELS_MOST = 8,
	LEVEL_TYPE_SHIFT = 8, /* in ECX */
	LEVEL_SHIFT = 0x1F,   /* in EAX */
	APIC_ID_SHIFT = 24,   /* of CPUID.1:EBX, the initial APIC ID */
	LOGICAL_SHIFT = 16,   /* of CPUID.1:EBX, the number of APIC IDs in a package */
};

/*
 * SDM vol. 3A 8.4.5 "Identifying Logical Processors in an MP System". The last level is the
 * package.
 */
static bool read_levels(uint32_t leaf, struct topology *topology)
{
	unsigned level = 0;

	for (; level < LEVELS_MOST; level++) {
		struct cpuid r = cpuid(leaf, level);

		if ((r.ecx >> LEVEL_TYPE_SHIFT & 0xFF) == 0 || (level == 0 && r.ebx == 0))
			break;
		topology->apic_id = r.edx;
		topology->package_shift = r.eax & LEVEL_SHIFT;
	}
	return level > 0;
}

/* Reads the topology of a CPU without those leaves, from CPUID.1. */
static struct topology read_initial(void)
{
	struct cpuid r = cpuid(1, 0);
	unsigned ids = r.edx & CPUID_1_EDX_HTT ? r.ebx >> LOGICAL_SHIFT & 0xFF : 1;
	struct topology topology = {.apic_id = r.ebx >> APIC_ID_SHIFT};

	while (1u << topology.package_shift < ids)
		topology.package_shift++;
	return topology;
}

struct topology topology_read(void)
{
	uint32_t leaves = cpuid(0, 0).eax;
	struct topology topology;

	if (leaves >= LEAF_TOPOLOGY_V2 && read_levels(LEAF_TOPOLOGY_V2, &topology))
		return topology;
	if (leaves >= LEAF_TOPOLOGY && read_levels(LEAF_TOPOLOGY, &topology))
		return topology;
	return read_initial();
}
