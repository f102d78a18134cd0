/* What CPUID says of this CPU's place in the machine: its APIC ID, and which bits of it are its
 * package's. */
#ifndef ARCH_X86_64_TOPOLOGY_H
#define ARCH_X86_64_TOPOLOGY_H

#include <stdint.h>

struct topology {
	uint32_t apic_id;
	unsigned package_shift; /* APIC IDs of one package are the same above it */
};

struct topology topology_read(void);

#endif
