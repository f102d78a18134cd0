/* What is known of the machine as a whole, its CPUs among it. Written by the BSP alone. Pure. */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include "kernel/record/cpu.h"

struct machine {
	struct cpu_list cpus;
	enum reason failure; /* of the machine as a whole, such as a missing list of CPUs */
	bool observe;        /* nothing was to be entered */
	bool verbose;        /* each CPU has lines of its own, however many there are */
	uint64_t memory_bytes;
	uint64_t image_phys;
	uint32_t phantoms; /* CPUs that the firmware lists, and that do not exist */
	const char *apic_mode;
	const char *apic_found; /* the mode in which the loader left it; NULL: not known */
	const char *clock_source;
	const char *clock_check; /* what confirms its rate; NULL: not known */
	uint64_t clock_khz;
};

#endif
