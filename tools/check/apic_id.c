#include "tools/check/apic_id.h"

enum { LEAF_FEATURES = 1, LEAF_TOPOLOGY = 0xB };

/*
 * Returns the x2APIC ID of leaf 0BH if that leaf exists, which EBX says, or else the initial APIC
 * ID of leaf 1, which has only 8 bits: SDM vol. 2A CPUID "CPU Identification"
 */
uint32_t apic_id_read(struct survey_source *source)
{
	if (source->cpuid(source, 0, 0).eax >= LEAF_TOPOLOGY) {
		struct cpuid topology = source->cpuid(source, LEAF_TOPOLOGY, 0);

		if (topology.ebx != 0)
			return topology.edx;
	}
	return source->cpuid(source, LEAF_FEATURES, 0).ebx >> 24;
}
