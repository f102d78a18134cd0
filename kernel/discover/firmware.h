/* What the firmware says of the machine in the ACPI tables. */
#ifndef KERNEL_FIRMWARE_H
#define KERNEL_FIRMWARE_H

#include "kernel/tables/acpi.h"
#include "kernel/tables/fadt.h"
#include "kernel/tables/boot_information.h"
#include "kernel/tables/soft_off.h"
#include "kernel/tables/uart.h"

/* Where the tables are listed. */
struct firmware_roots {
	struct acpi_root root; /* the XSDT, if there is one */
	uint64_t rsdt_phys;    /* the RSDT, which may list what the XSDT does not */
};

struct firmware {
	struct firmware_roots roots;
	struct bytes madt; /* empty without one that is intact, like the next */
	struct bytes mp;   /* the MP table, read only where there is no ACPI */
	struct fadt fadt;  /* all zero without a FADT */
	struct soft_off soft_off;
	struct uart console; /* access UART_NONE without one that the firmware uses itself */
};

/*
 * Finds the tables; the DSDT and SSDTs, which can be large, only if soft-off is wanted. Logs what
 * is missing or broken. Reserves those that are read later, so call it before memory is allocated.
 */
void firmware_read(const struct boot_information *information, bool want_soft_off,
                   struct firmware *firmware);

/*
 * Warns of several MADTs, and of root tables that list different ones. Apart from firmware_read(),
 * because it delays no CPU when these run.
 */
void firmware_report(const struct firmware *firmware);

/* Returns the physical address of the HPET's registers; 0 if no table names one. */
uint64_t firmware_find_hpet(const struct firmware *firmware);

/* Returns whether the DMAR table, which few machines have, asks software to stay in xAPIC mode. */
bool firmware_opts_out_of_x2apic(const struct firmware *firmware);

#endif
