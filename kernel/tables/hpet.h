/* The "IA-PC HPET" table of ACPI: where the High Precision Event Timer is. Pure; the bytes are not
 * trusted. */
#ifndef KERNEL_HPET_H
#define KERNEL_HPET_H

#include "kernel/lib/bytes.h"

/* The physical address of its registers; 0 if table, header included, names none in memory. */
uint64_t hpet_phys(struct bytes table);

#endif
