#include "kernel/tables/fadt.h"

#include "kernel/lib/string.h"

enum {
	DSDT = 40,
	PM1A_CONTROL = 64,
	PM1B_CONTROL = 68,
	PM_TIMER = 76,
	FLAGS = 112,
	FLAG_RESET_REGISTER = 1 << 10,
	RESET_REGISTER = 116,
	RESET_VALUE = 128,
	X_DSDT = 140,
	X_PM1A_CONTROL = 172,
	X_PM1B_CONTROL = 184,
	X_PM_TIMER = 208,
	ADDRESS_SPACE_IO = 1, /* of a Generic Address Structure, whose address is at offset 4 */
	AML_ZERO = 0x00,
	AML_ONE = 0x01,
	AML_NAME = 0x08,
	AML_BYTE = 0x0A,
	AML_PACKAGE = 0x12,
};

/* The port that the Generic Address Structure at offset names, or 0. */
static uint16_t generic_port(struct bytes table, size_t offset)
{
	uint64_t address;
	uint8_t space;

	if (!bytes_u8(table, offset, &space) || space != ADDRESS_SPACE_IO ||
	    !bytes_u64(table, offset + 4, &address) || address > UINT16_MAX)
		return 0;
	return (uint16_t)address;
}

/* A port that the old field or the Generic Address Structure names; the latter where both do. */
static uint16_t port(struct bytes table, size_t old, size_t extended)
{
	uint16_t wide = generic_port(table, extended);
	uint32_t narrow;

	bytes_u32(table, old, &narrow);
	if (wide != 0)
		return wide;
	return narrow <= UINT16_MAX ? (uint16_t)narrow : 0;
}

void fadt_read(struct bytes table, struct fadt *fadt)
{
	uint32_t flags, dsdt;

	*fadt = (struct fadt){0};
	bytes_u32(table, FLAGS, &flags);
	fadt->pm_timer_port = port(table, PM_TIMER, X_PM_TIMER);
	if (flags & FLAG_RESET_REGISTER) {
		fadt->reset_port = generic_port(table, RESET_REGISTER);
		bytes_u8(table, RESET_VALUE, &fadt->reset_value);
	}
	fadt->pm1a_control_port = port(table, PM1A_CONTROL, X_PM1A_CONTROL);
	fadt->pm1b_control_port = port(table, PM1B_CONTROL, X_PM1B_CONTROL);
	bytes_u32(table, DSDT, &dsdt);
	if (!bytes_u64(table, X_DSDT, &fadt->dsdt_phys) || fadt->dsdt_phys == 0)
		fadt->dsdt_phys = dsdt;
}

/* Reads a constant in AML, and advances *offset past it. */
static bool take_constant(struct bytes aml, size_t *offset, uint8_t *value)
{
	uint8_t code;

	if (!bytes_u8(aml, (*offset)++, &code))
		return false;
	*value = code;
	if (code == AML_ZERO || code == AML_ONE)
		return true;
	return code == AML_BYTE && bytes_u8(aml, (*offset)++, value);
}

/* Reads the package after a name: its length (1 to 4 bytes), its count, then the elements. */
static bool read_package(struct bytes aml, size_t offset, uint8_t *first, uint8_t *second)
{
	uint8_t code, length, count;

	if (!bytes_u8(aml, offset, &code) || code != AML_PACKAGE ||
	    !bytes_u8(aml, offset + 1, &length))
		return false;
	offset += 2u + (length >> 6);
	if (!bytes_u8(aml, offset++, &count) || count < 2)
		return false;
	return take_constant(aml, &offset, first) && take_constant(aml, &offset, second);
}

bool fadt_soft_off(struct bytes dsdt, uint8_t *pm1a_type, uint8_t *pm1b_type)
{
	for (size_t at = 1; at + 4 < dsdt.size; at++) {
		if (memcmp(dsdt.at + at, "_S5_", 4) != 0)
			continue;
		bool named = dsdt.at[at - 1] == AML_NAME ||
		             (at > 1 && dsdt.at[at - 1] == '\\' && dsdt.at[at - 2] == AML_NAME);
		if (named && read_package(dsdt, at + 4, pm1a_type, pm1b_type))
			return true;
	}
	return false;
}
