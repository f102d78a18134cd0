/*
 * kernel/record/phantoms.h: which CPUs of the list do not count.
 *
 * bound: every record of up to 3 CPUs; every APIC ID of up to 4, in packages of up to 4
 * cbmc: --unwind 7
 * sources: kernel/record/phantoms.c
 */
#include "kernel/record/phantoms.h"
#include "tests/proof/claims.h"

enum { CPUS = 4, DROPPED_CPUS = 3 };

static bool has_started(const struct cpu *cpu)
{
	return cpu->progress.failure == REASON_NONE || cpu->progress.last_step != CPU_SILENT;
}

void no_cpu_that_started_is_dropped_and_none_but_phantoms(void)
{
	static struct cpu first, second, third;
	struct cpu *pointers[] = {&first, &second, &third};
	struct cpu_list cpus = {pointers, nondet_u32()};
	uint32_t count = cpus.count, dropped;

	GIVEN(count >= 1 && count <= DROPPED_CPUS); /* the bound; the BSP is always there */
	for (unsigned i = 0; i < DROPPED_CPUS; i++) {
		pointers[i]->progress.failure = (enum reason)nondet_u32();
		pointers[i]->progress.last_step = (enum cpu_step)nondet_u32();
		pointers[i]->found.fits_no_package = i > 0 && nondet_bool();
	}
	dropped = phantoms_drop(&cpus);
	CLAIM(cpus.count + dropped == count && cpus.count >= 1, "the list loses what is dropped");
	for (unsigned i = 0; i < DROPPED_CPUS; i++) {
		if (i < cpus.count || i >= count)
			continue;
		CLAIM(!has_started(pointers[i]), "it did not start");
		CLAIM(pointers[i]->progress.failure != REASON_NONE, "it failed");
		CLAIM(pointers[i]->found.fits_no_package, "it fits no package");
	}
	if (dropped == 2)
		REACHED("two that are dropped");
	if (dropped == 0 && count == DROPPED_CPUS && third.found.fits_no_package)
		REACHED("a phantom that started");
}

void moving_loses_no_id_and_leaves_the_bsp_in_front(void)
{
	uint32_t ids[CPUS], before[CPUS], count = nondet_u32(), moved, which = nondet_u32();
	unsigned shift = nondet_u32(), times = 0, times_before = 0;

	GIVEN(count >= 1 && count <= CPUS); /* the bound; the BSP is always there */
	GIVEN(shift <= 2);                  /* the bound */
	for (unsigned i = 0; i < CPUS; i++)
		ids[i] = before[i] = nondet_u32();
	moved = phantoms_move_last(ids, count, shift);
	CLAIM(moved < count, "the BSP is none");
	CLAIM(ids[0] == before[0], "and stays in front");
	for (unsigned i = 0; i < CPUS; i++) {
		times += i < count && ids[i] == which;
		times_before += i < count && before[i] == which;
	}
	CLAIM(times == times_before, "each ID is there as many times as before");
	if (moved == 1)
		REACHED("one that moves");
}
