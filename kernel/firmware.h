/* What the firmware says of the machine, in ACPI's tables: read once, by the BSP. */
#ifndef KERNEL_FIRMWARE_H
#define KERNEL_FIRMWARE_H

#include "kernel/cpu.h"
#include "kernel/fadt.h"
#include "kernel/multiboot2.h"
#include "kernel/options.h"

struct firmware {
	struct bytes madt; /* empty without one that is intact, as is the DSDT */
	struct bytes dsdt;
	struct fadt fadt; /* all zero without a FADT */
};

/*
 * Finds the tables, the DSDT, which can be large, only if it is wanted. What is missing or broken
 * goes into the log.
 */
void firmware_read(const struct multiboot2 *information, bool want_dsdt, struct firmware *firmware);

/*
 * Lists the CPUs to use, the BSP first, each with a record. REASON_NONE; or why there may be more
 * CPUs than the list has: the firmware gives none, or there is no memory for it.
 */
enum reason firmware_list_cpus(const struct firmware *firmware, const struct options *options,
			       struct cpu_list *cpus);

#endif
