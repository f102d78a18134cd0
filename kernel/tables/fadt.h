/*
 * The Fixed ACPI Description Table: where the machine's timer, reset register and power control
 * are, ACPI 6.5 5.2.9 "Fixed ACPI Description Table (FADT)". Pure; the bytes are not trusted.
 */
#ifndef KERNEL_FADT_H
#define KERNEL_FADT_H

#include "kernel/lib/bytes.h"

struct fadt {
	uint16_t pm_timer_port; /* 0: none */
	uint16_t reset_port;    /* 0: none, or not in I/O space */
	uint8_t reset_value;
	uint16_t pm1a_control_port; /* 0: none */
	uint16_t pm1b_control_port;
	uint64_t dsdt_phys;
};

/* Reads the fields that table has; a field after its end is 0. */
void fadt_read(struct bytes table, struct fadt *fadt);

/*
 * Reads the sleep types for soft-off from the \_S5 package of the DSDT, ACPI 6.5 7.4.2.6 "System
 * \_S5 State (Soft Off)". Returns false for anything but a package of plain constants, because
 * there is no ACPI interpreter here.
 */
bool fadt_soft_off(struct bytes dsdt, uint8_t *pm1a_type, uint8_t *pm1b_type);

#endif
