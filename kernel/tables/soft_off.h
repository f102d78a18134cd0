/*
 * Soft-off: which values the \_S5 package of the DSDT or an SSDT has, and which registers take
 * them. Pure; the bytes are not trusted.
 */
#ifndef KERNEL_SOFT_OFF_H
#define KERNEL_SOFT_OFF_H

#include "kernel/lib/bytes.h"
#include "kernel/tables/fadt.h"

/* What to write to SLP_TYP of each control register. */
struct soft_off {
	bool known;
	uint8_t pm1a_type;
	uint8_t pm1b_type;
};

/*
 * Reads the \_S5 package of a DSDT or SSDT, ACPI 6.5 7.4.2.6 "System \_S5 State (Soft Off)".
 * Returns false for anything but a package of plain constants, because there is no ACPI interpreter
 * here.
 */
bool soft_off_read(struct bytes table, struct soft_off *soft_off);

/* One write to a register: set, and of what is read from it only the bits in keep. */
struct soft_off_write {
	struct fadt_register at;
	uint8_t size;  /* of the register, in bytes: 1 or 2 */
	uint16_t keep; /* 0: it is not read */
	uint16_t set;
};

enum { SOFT_OFF_WRITES_MAX = 6 };

/*
 * Lists the writes that turn the power off, in order. Returns their number, 0 if it cannot be done.
 */
unsigned soft_off_plan(const struct fadt *fadt, const struct soft_off *soft_off,
                       struct soft_off_write writes[SOFT_OFF_WRITES_MAX]);

#endif
