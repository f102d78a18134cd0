/* The FADT, and the DSDT's \_S5 package: kernel/tables/fadt.h. The input is taken for the one and
 * the other. */
#include "kernel/tables/fadt.h"
#include "tests/fuzz/fuzz.h"

static void check_fadt(struct bytes table)
{
	struct fadt fadt;

	fadt_read(table, &fadt);
	require(table.size >= 80 || fadt.pm_timer_port == 0);
	require(table.size >= 129 || fadt.reset_value == 0);
	require(table.size >= 128 || fadt.reset_port == 0);
	require(table.size >= 68 || (fadt.pm1a_control_port == 0 && fadt.pm1b_control_port == 0));
	require(table.size >= 44 || fadt.dsdt_phys == 0);
}

/* A package that was found must exist by name, and the bytes after it must not matter. */
static void check_soft_off(struct bytes dsdt)
{
	uint8_t a = 0xA5, b = 0xA5, a_again, b_again;
	uint8_t *copy;

	if (!fadt_soft_off(dsdt, &a, &b))
		return;
	require(memmem(dsdt.at, dsdt.size, "_S5_\x12", 5) != NULL);
	copy = with_tail(dsdt.at, dsdt.size, 16, 0xFF);
	require(fadt_soft_off((struct bytes){copy, dsdt.size + 16}, &a_again, &b_again));
	require(a == a_again && b == b_again);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes table = {data, size};

	check_fadt(table);
	check_soft_off(table);
	return 0;
}
