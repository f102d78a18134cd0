/*
 * The calling CPU's place in the machine, per CPUID: its APIC ID, and which bits name the package.
 */
#ifndef ARCH_X86_64_TOPOLOGY_H
#define ARCH_X86_64_TOPOLOGY_H

#include <stdint.h>

struct topology {
	uint32_t apic_id;
	unsigned package_shift; /* the package is the APIC ID shifted right by this */
};

/* Returns the topology of the calling CPU. */
struct topology topology_read(void);

#endif
