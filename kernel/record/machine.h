/* The record of the machine, including those of its CPUs. Only the BSP writes it. Pure. */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include "kernel/record/cpu.h"

struct machine {
	struct cpu_list cpus;
	uint32_t listed; /* CPUs that the firmware lists, if a panic came before cpus was made */
	enum reason failure; /* of the machine as a whole, such as a missing list of CPUs */
	bool observe;        /* the run writes no MSR and does not enter VMX */
	bool verbose;        /* each CPU has its own lines, even if its facts are those of others */
	uint64_t memory_bytes;
	uint64_t image_phys;
	unsigned package_shift; /* APIC IDs of a package are the same above it; 0: not known */
	uint32_t phantoms;      /* CPUs that the firmware lists, and that do not exist */
	const char *apic_mode;
	const char *apic_found; /* the mode in which the loader left it; NULL: not known */
	const char *clock_source;
	const char *clock_check; /* the second source that confirmed its rate; NULL: unknown */
	uint64_t clock_khz;
};

#endif
