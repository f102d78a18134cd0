#include "kernel/tables/soft_off.h"

#include "kernel/lib/string.h"

enum {
	AML_ZERO = 0x00,
	AML_ONE = 0x01,
	AML_NAME = 0x08,
	AML_BYTE = 0x0A,
	AML_PACKAGE = 0x12,
	TYPE_BITS = 7,
	PM1_WAKE_STATUS = 1 << 15, /* written as 1 to clear it */
	PM1_TYPE_SHIFT = 10,
	PM1_SLEEP_ENABLE = 1 << 13,
	PM1_KEPT = 0xFFFF & ~(TYPE_BITS << PM1_TYPE_SHIFT | PM1_SLEEP_ENABLE),
	REDUCED_WAKE_STATUS = 1 << 7,
	REDUCED_TYPE_SHIFT = 2,
	REDUCED_SLEEP_ENABLE = 1 << 5,
};

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
static bool read_package(struct bytes aml, size_t offset, struct soft_off *soft_off)
{
	uint8_t code, length, count;

	if (!bytes_u8(aml, offset, &code) || code != AML_PACKAGE ||
	    !bytes_u8(aml, offset + 1, &length))
		return false;
	offset += 2u + (length >> 6);
	if (!bytes_u8(aml, offset++, &count) || count < 2)
		return false;
	return take_constant(aml, &offset, &soft_off->pm1a_type) &&
	       take_constant(aml, &offset, &soft_off->pm1b_type);
}

bool soft_off_read(struct bytes table, struct soft_off *soft_off)
{
	struct soft_off found = {.known = true};

	*soft_off = (struct soft_off){0};
	for (size_t at = 1; at + 4 < table.size; at++) {
		if (memcmp(table.at + at, "_S5_", 4) != 0)
			continue;
		bool named = table.at[at - 1] == AML_NAME ||
		             (at > 1 && table.at[at - 1] == '\\' && table.at[at - 2] == AML_NAME);
		if (!named || !read_package(table, at + 4, &found))
			continue;
		*soft_off = found;
		return true;
	}
	return false;
}

/* Adds a write to a PM1 register, which has 16 bits, unless it is absent. */
static unsigned add_pm1(struct soft_off_write *write, uint16_t port, uint16_t keep, int set)
{
	if (port == 0)
		return 0;
	*write = (struct soft_off_write){{REGISTER_IO, port}, 2, keep, (uint16_t)set};
	return 1;
}

/*
 * ACPI 6.5 4.8.3.2.1 "PM1 Control Registers". The wake status is cleared first, or it may wake the
 * machine at once. Some hardware latches SLP_TYP before SLP_EN, so each has a write of its own,
 * first to PM1a and then to PM1b. The other bits are kept: SCI_EN says who owns ACPI events.
 */
static unsigned plan_pm1(const struct fadt *fadt, const struct soft_off *soft_off,
                         struct soft_off_write *writes)
{
	int a = (soft_off->pm1a_type & TYPE_BITS) << PM1_TYPE_SHIFT;
	int b = (soft_off->pm1b_type & TYPE_BITS) << PM1_TYPE_SHIFT;
	uint16_t port_a = fadt->pm1a_control_port, port_b = fadt->pm1b_control_port;
	unsigned n = 0;

	n += add_pm1(&writes[n], fadt->pm1a_status_port, 0, PM1_WAKE_STATUS);
	n += add_pm1(&writes[n], fadt->pm1b_status_port, 0, PM1_WAKE_STATUS);
	n += add_pm1(&writes[n], port_a, PM1_KEPT, a);
	n += add_pm1(&writes[n], port_b, PM1_KEPT, b);
	n += add_pm1(&writes[n], port_a, PM1_KEPT, a | PM1_SLEEP_ENABLE);
	n += add_pm1(&writes[n], port_b, PM1_KEPT, b | PM1_SLEEP_ENABLE);
	return n;
}

/* ACPI 6.5 4.8.3.7 "Sleep Control and Status Registers". Both have 8 bits. */
static unsigned plan_reduced(const struct fadt *fadt, const struct soft_off *soft_off,
                             struct soft_off_write *writes)
{
	int type = (soft_off->pm1a_type & TYPE_BITS) << REDUCED_TYPE_SHIFT;
	unsigned n = 0;

	if (fadt->sleep_status.space != REGISTER_NONE)
		writes[n++] =
			(struct soft_off_write){fadt->sleep_status, 1, 0, REDUCED_WAKE_STATUS};
	writes[n++] = (struct soft_off_write){fadt->sleep_control, 1, 0,
	                                      (uint16_t)(type | REDUCED_SLEEP_ENABLE)};
	return n;
}

unsigned soft_off_plan(const struct fadt *fadt, const struct soft_off *soft_off,
                       struct soft_off_write writes[SOFT_OFF_WRITES_MAX])
{
	if (!soft_off->known)
		return 0;
	if (fadt->sleep_control.space != REGISTER_NONE)
		return plan_reduced(fadt, soft_off, writes);
	return fadt->pm1a_control_port != 0 ? plan_pm1(fadt, soft_off, writes) : 0;
}
