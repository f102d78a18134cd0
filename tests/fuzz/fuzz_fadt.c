/*
 * The FADT, and the \_S5 package of a DSDT or SSDT: kernel/tables/fadt.h and soft_off.h. Each input
 * is parsed as both.
 */
#include "kernel/tables/fadt.h"
#include "kernel/tables/soft_off.h"
#include "tests/fuzz/fuzz.h"

/* With HW_REDUCED_ACPI there is no PM hardware. */
static void check_power(struct bytes table, struct fadt fadt)
{
	require(table.size >= 256 || fadt.sleep_control.space == REGISTER_NONE);
	require(fadt.sleep_control.space == REGISTER_NONE || fadt.pm_timer_port == 0);
	require(table.size >= 68 || (fadt.pm1a_control_port == 0 && fadt.pm1b_control_port == 0));
}

/* A field after the table's end is 0. */
static void check_fadt(struct bytes table)
{
	struct fadt fadt;

	fadt_read(table, &fadt);
	check_power(table, fadt);
	require(table.size >= 80 || fadt.pm_timer_port == 0);
	require(table.size >= 129 || fadt.reset_value == 0);
	require(table.size >= 128 || fadt.reset.space == REGISTER_NONE);
	require(table.size >= 44 || fadt.dsdt_phys == 0);
}

/* A package that was found must exist by name, and the bytes after it must not matter. */
static void check_soft_off(struct bytes table)
{
	struct soft_off found, again;
	uint8_t *copy;

	if (!soft_off_read(table, &found))
		return;
	require(memmem(table.at, table.size, "_S5_\x12", 5) != NULL);
	copy = with_tail(table.at, table.size, 16, 0xFF);
	require(soft_off_read((struct bytes){copy, table.size + 16}, &again));
	require(found.pm1a_type == again.pm1a_type && found.pm1b_type == again.pm1b_type);
	free(copy);
}

/* Whatever the table says, writes go to registers that it names, and the last one takes effect. */
static void check_plan(struct bytes table)
{
	static const struct soft_off types = {true, 5, 5};
	struct soft_off_write writes[SOFT_OFF_WRITES_MAX];
	struct fadt fadt;
	unsigned count;

	fadt_read(table, &fadt);
	count = soft_off_plan(&fadt, &types, writes);
	require(count <= SOFT_OFF_WRITES_MAX);
	for (unsigned i = 0; i < count; i++)
		require(writes[i].at.address != 0 &&
		        (writes[i].at.space == REGISTER_IO || writes[i].size == 1));
	require(count == 0 || writes[count - 1].set & (1 << 13 | 1 << 5));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes table = {data, size};

	check_fadt(table);
	check_soft_off(table);
	check_plan(table);
	return 0;
}
