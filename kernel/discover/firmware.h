/* What the firmware says of the machine, in ACPI's tables: read once, by the BSP. */
#ifndef KERNEL_FIRMWARE_H
#define KERNEL_FIRMWARE_H

#include "kernel/tables/fadt.h"
#include "kernel/tables/multiboot2.h"
#include "kernel/tables/uart.h"

struct firmware {
	struct bytes madt; /* empty without one that is intact, as is the DSDT */
	struct bytes dsdt;
	struct fadt fadt;    /* all zero without a FADT */
	struct uart console; /* access UART_NONE without one that the firmware uses itself */
};

/*
 * Finds the tables, the DSDT, which can be large, only if it is wanted. What is missing or broken
 * goes into the log.
 */
void firmware_read(const struct multiboot2 *information, bool want_dsdt, struct firmware *firmware);

/* After that: the physical address of the HPET's registers; 0 if no table names one. */
uint64_t firmware_find_hpet(void);

#endif
