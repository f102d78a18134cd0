#include "kernel/tables/fadt.h"

enum {
	DSDT = 40,
	PM1A_EVENT = 56,
	PM1B_EVENT = 60,
	PM1A_CONTROL = 64,
	PM1B_CONTROL = 68,
	PM_TIMER = 76,
	FLAGS = 112,
	FLAG_RESET_REGISTER = 1 << 10,
	FLAG_HW_REDUCED = 1 << 20,
	RESET_REGISTER = 116,
	RESET_VALUE = 128,
	X_DSDT = 140,
	X_PM1A_EVENT = 148,
	X_PM1B_EVENT = 160,
	X_PM1A_CONTROL = 172,
	X_PM1B_CONTROL = 184,
	X_PM_TIMER = 208,
	SLEEP_CONTROL = 244,
	SLEEP_STATUS = 256,
	ADDRESS_SPACE_MEMORY = 0, /* of a Generic Address Structure, whose address is at offset 4 */
	ADDRESS_SPACE_IO = 1,
};

/*
 * Reads the Generic Address Structure at offset: a register at an I/O port or in memory, or none.
 * Other address spaces, such as the embedded controller, need a driver.
 */
static struct fadt_register generic_register(struct bytes table, size_t offset)
{
	struct fadt_register none = {REGISTER_NONE, 0}, result = none;
	uint8_t space;

	if (!bytes_u8(table, offset, &space) || !bytes_u64(table, offset + 4, &result.address) ||
	    result.address == 0)
		return none;
	if (space == ADDRESS_SPACE_MEMORY)
		result.space = REGISTER_MEMORY;
	else if (space == ADDRESS_SPACE_IO && result.address <= UINT16_MAX)
		result.space = REGISTER_IO;
	return result.space != REGISTER_NONE ? result : none;
}

/* Returns the port that the Generic Address Structure at offset names, or 0. */
static uint16_t generic_port(struct bytes table, size_t offset)
{
	struct fadt_register found = generic_register(table, offset);

	return found.space == REGISTER_IO ? (uint16_t)found.address : 0;
}

/*
 * Returns a port that the ACPI 1.0 field or the Generic Address Structure names. If both do, the
 * latter wins: ACPI 6.5 5.2.9 "Fixed ACPI Description Table (FADT)".
 */
static uint16_t port(struct bytes table, size_t old, size_t extended)
{
	uint16_t wide = generic_port(table, extended);
	uint32_t narrow;

	bytes_u32(table, old, &narrow);
	if (wide != 0)
		return wide;
	return narrow <= UINT16_MAX ? (uint16_t)narrow : 0;
}

/* The PM1 status register is the first half of the PM1 event block. */
static void read_pm_ports(struct bytes table, struct fadt *fadt)
{
	fadt->pm_timer_port = port(table, PM_TIMER, X_PM_TIMER);
	fadt->pm1a_status_port = port(table, PM1A_EVENT, X_PM1A_EVENT);
	fadt->pm1b_status_port = port(table, PM1B_EVENT, X_PM1B_EVENT);
	fadt->pm1a_control_port = port(table, PM1A_CONTROL, X_PM1A_CONTROL);
	fadt->pm1b_control_port = port(table, PM1B_CONTROL, X_PM1B_CONTROL);
}

/* With HW_REDUCED_ACPI there is no PM hardware, so the fields about it are ignored. */
void fadt_read(struct bytes table, struct fadt *fadt)
{
	uint32_t flags, dsdt;

	*fadt = (struct fadt){0};
	bytes_u32(table, FLAGS, &flags);
	if (flags & FLAG_HW_REDUCED) {
		fadt->sleep_control = generic_register(table, SLEEP_CONTROL);
		fadt->sleep_status = generic_register(table, SLEEP_STATUS);
	} else {
		read_pm_ports(table, fadt);
	}
	if (flags & FLAG_RESET_REGISTER) {
		fadt->reset = generic_register(table, RESET_REGISTER);
		bytes_u8(table, RESET_VALUE, &fadt->reset_value);
	}
	bytes_u32(table, DSDT, &dsdt);
	if (!bytes_u64(table, X_DSDT, &fadt->dsdt_phys) || fadt->dsdt_phys == 0)
		fadt->dsdt_phys = dsdt;
}
