/*
 * The Fixed ACPI Description Table: where the machine's timer, reset register and power control
 * are, ACPI 6.5 5.2.9 "Fixed ACPI Description Table (FADT)". Pure; the bytes are not trusted.
 */
#ifndef KERNEL_FADT_H
#define KERNEL_FADT_H

#include "kernel/lib/bytes.h"

/* A register that a Generic Address Structure names, of a byte unless its table says otherwise. */
struct fadt_register {
	enum { REGISTER_NONE, REGISTER_IO, REGISTER_MEMORY } space;
	uint64_t address;
};

struct fadt {
	uint16_t pm_timer_port; /* 0: none, as in the other ports */
	struct fadt_register reset;
	uint8_t reset_value;
	uint16_t pm1a_status_port;
	uint16_t pm1b_status_port;
	uint16_t pm1a_control_port;
	uint16_t pm1b_control_port;
	struct fadt_register sleep_control; /* with HW_REDUCED_ACPI, instead of the ports above */
	struct fadt_register sleep_status;
	uint64_t dsdt_phys;
};

/* Reads the fields that table has; a field after its end is 0. */
void fadt_read(struct bytes table, struct fadt *fadt);

#endif
