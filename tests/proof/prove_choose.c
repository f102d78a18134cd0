/*
 * kernel/monitor/monitor_request.h: the list of CPUs that a person or a program types.
 *
 * bound: up to 3 ranges of any numbers, on up to 3 CPUs
 * cbmc: --unwindset choose_range.0:5,monitor_choose.0:5
 * sources: kernel/monitor/monitor_request.c tests/proof/bytes_contract.c
 *   tests/proof/number_contract.c kernel/lib/string.c
 */
#include "kernel/monitor/monitor_request.h"
#include "tests/proof/any_bytes.h"

enum { CPUS = 3 };

void text_print(struct text *to, const char *format, ...)
{
	(void)to;
	(void)format;
}

struct text log_bare;

void every_cpu_that_is_chosen_runs_and_is_chosen_once(void)
{
	static struct cpu first, second, third;
	static struct machine machine;
	struct cpu *pointers[] = {&first, &second, &third}, *chosen[CPUS];
	struct monitor monitor = {.machine = &machine, .chosen = {chosen, nondet_u32()}};
	const char *problem;

	machine.cpus = (struct cpu_list){pointers, nondet_u32()};
	GIVEN(machine.cpus.count >= 1 && machine.cpus.count <= CPUS); /* the bound */
	for (unsigned i = 0; i < CPUS; i++) {
		pointers[i]->progress.failure = (enum reason)nondet_u32();
		pointers[i]->found.index = i;
		pointers[i]->monitor.offline = nondet_u8() & 1;
	}
	problem = monitor_choose(&monitor, any_bytes_up_to(3));
	CLAIM(monitor.chosen.count <= machine.cpus.count, "there is room for all");
	CLAIM(problem != NULL || monitor.chosen.count > 0, "there is one, or a problem");
	for (unsigned i = 0; i < CPUS; i++) {
		if (i >= monitor.chosen.count)
			continue;
		CLAIM(chosen[i]->progress.failure == REASON_NONE && !chosen[i]->monitor.offline,
		      "it runs");
		CLAIM(i == 0 || chosen[i - 1]->found.index < chosen[i]->found.index,
		      "once, in ascending order");
	}
	if (problem == NULL && monitor.chosen.count == CPUS)
		REACHED("all CPUs");
	if (problem == NULL && monitor.chosen.count == 2 && chosen[1] == &third)
		REACHED("two that are not neighbours");
}
