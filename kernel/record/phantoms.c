#include "kernel/record/phantoms.h"

/*
 * What is known of the packages that are listed completely: those with at least half as many CPUs
 * as the BSP's package.
 */
struct packages {
	uint32_t in_bsp_package;
	uint32_t whole;
	uint32_t highest_whole;
};

/*
 * Half of fewer CPUs is 1, and no package has less. Virtual machines often have a package per CPU:
 * without this test, the work would grow with the square of the number of CPUs.
 */
enum { BSP_PACKAGE_LEAST = 3 };

static uint32_t count_in(const uint32_t *apic_ids, uint32_t count, uint32_t package, unsigned shift)
{
	uint32_t in = 0;

	for (uint32_t i = 0; i < count; i++)
		in += apic_ids[i] >> shift == package;
	return in;
}

static bool is_whole(const struct packages *packages, uint32_t in_package)
{
	return in_package * 2 >= packages->in_bsp_package;
}

/* The IDs of a package are listed together, or nearly so: counts a package at its first ID. */
static struct packages survey(const uint32_t *apic_ids, uint32_t count, unsigned shift)
{
	uint32_t last = apic_ids[0] >> shift;
	struct packages packages = {
		.in_bsp_package = count_in(apic_ids, count, last, shift),
		.whole = 1,
		.highest_whole = last,
	};

	for (uint32_t i = 1; i < count; i++) {
		uint32_t package = apic_ids[i] >> shift;

		if (package == last)
			continue;
		last = package;
		if (!is_whole(&packages, count_in(apic_ids, count, package, shift)))
			continue;
		packages.whole++;
		if (package > packages.highest_whole)
			packages.highest_whole = package;
	}
	return packages;
}

/* Returns true for a package that is listed in part and whose number is far from the complete ones.
 */
static bool fits_none(const uint32_t *apic_ids, uint32_t count, uint32_t package, unsigned shift,
                      const struct packages *packages)
{
	return package > packages->highest_whole &&
	       package - packages->highest_whole > packages->whole &&
	       !is_whole(packages, count_in(apic_ids, count, package, shift));
}

static void move_last(uint32_t *apic_ids, uint32_t count, uint32_t at)
{
	uint32_t apic_id = apic_ids[at];

	for (uint32_t i = at; i + 1 < count; i++)
		apic_ids[i] = apic_ids[i + 1];
	apic_ids[count - 1] = apic_id;
}

uint32_t phantoms_move_last(uint32_t *apic_ids, uint32_t count, unsigned package_shift)
{
	struct packages packages;
	uint32_t moved = 0;

	if (count_in(apic_ids, count, apic_ids[0] >> package_shift, package_shift) <
	    BSP_PACKAGE_LEAST)
		return 0;
	packages = survey(apic_ids, count, package_shift);
	for (uint32_t i = 1; i + moved < count;) {
		if (fits_none(apic_ids, count, apic_ids[i] >> package_shift, package_shift,
		              &packages)) {
			move_last(apic_ids, count, i);
			moved++;
		} else {
			i++;
		}
	}
	return moved;
}

static bool has_started(const struct cpu *cpu)
{
	return cpu->progress.failure == REASON_NONE || cpu->progress.last_step != CPU_SILENT;
}

uint32_t phantoms_drop(struct cpu_list *cpus)
{
	uint32_t dropped = 0;

	while (dropped < cpus->count) {
		const struct cpu *cpu = cpus->cpu[cpus->count - 1 - dropped];

		if (!cpu->found.fits_no_package)
			break;
		if (has_started(cpu))
			return 0;
		dropped++;
	}
	cpus->count -= dropped;
	return dropped;
}
