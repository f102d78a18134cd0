#include "kernel/record/bench.h"

#include "kernel/record/cpu.h"

static const char *const exit_names[BENCH_EXITS] = {"VMCALL", "CPUID", "HLT", "EPT violation"};
const char *const bench_exit_keys[BENCH_EXITS] = {"vmcall", "cpuid", "hlt", "ept-violation"};
const char *const bench_mode_names[BENCH_MODES] = {"alone", "together"};

/*
 * Sorts numbers with Shell's method and the gaps 1, 4, 13, ... It needs neither recursion nor
 * memory, which a CPU's small stack would have to hold, and is fast enough for a few thousand
 * numbers.
 */
static void sort(uint32_t *numbers, unsigned count)
{
	unsigned gap = 1;

	while (gap < count / 3)
		gap = gap * 3 + 1;
	for (; gap > 0; gap /= 3) {
		for (unsigned i = gap; i < count; i++) {
			uint32_t number = numbers[i];
			unsigned at = i;

			for (; at >= gap && numbers[at - gap] > number; at -= gap)
				numbers[at] = numbers[at - gap];
			numbers[at] = number;
		}
	}
}

/*
 * The median and the 99th percentile say more than the mean: one SMI, or a host hypervisor that
 * runs something else for a while, makes a single sample a thousand times larger than the others.
 */
struct bench_ticks bench_summarize(uint32_t *samples, unsigned count)
{
	sort(samples, count);
	return (struct bench_ticks){
		.minimum = samples[0],
		.median = samples[count / 2],
		.p99 = samples[(count * 99 - 1) / 100],
	};
}

static bool is_measured(const struct cpu *cpu, enum bench_exit exit)
{
	return cpu->bench.ticks[BENCH_ALONE][exit].minimum != 0 ||
	       cpu->bench.ticks[BENCH_TOGETHER][exit].minimum != 0;
}

/* EPT violations are left out: CPUs without EPT cannot have any. */
bool bench_is_whole(const struct cpu *cpu)
{
	for (enum bench_mode mode = 0; mode < BENCH_MODES; mode++) {
		for (enum bench_exit exit = 0; exit < BENCH_EPT_VIOLATION; exit++) {
			if (cpu->bench.ticks[mode][exit].minimum == 0)
				return false;
		}
	}
	return true;
}

void bench_print(const struct cpu_list *cpus, struct text *to)
{
	text_print(to, "vmx: bench: round trips in TSC ticks: minimum, median, 99th percentile\n");
	for (uint32_t i = 0; i < cpus->count; i++) {
		for (enum bench_exit exit = 0; exit < BENCH_EXITS; exit++) {
			if (!is_measured(cpus->cpu[i], exit))
				continue;
			text_print(to, "cpu %u: bench: %s:", cpus->cpu[i]->found.index,
			           exit_names[exit]);
			for (enum bench_mode mode = 0; mode < BENCH_MODES; mode++) {
				const struct bench_ticks *ticks =
					&cpus->cpu[i]->bench.ticks[mode][exit];

				text_print(to, "%s %s %6u %6u %6u", mode == 0 ? "" : ",",
				           bench_mode_names[mode], ticks->minimum, ticks->median,
				           ticks->p99);
			}
			text_print(to, "\n");
		}
		if (cpus->cpu[i]->outcome.in_root_operation && !bench_is_whole(cpus->cpu[i]))
			text_print(to, "cpu %u: warning: bench: some exits could not be measured\n",
			           cpus->cpu[i]->found.index);
	}
}

void bench_report(const struct cpu_list *cpus, struct text *to)
{
	for (uint32_t i = 0; i < cpus->count; i++) {
		for (enum bench_exit exit = 0; exit < BENCH_EXITS; exit++) {
			if (!is_measured(cpus->cpu[i], exit))
				continue;
			text_print(to, "bench cpus=%u exit=%s", cpus->cpu[i]->found.index,
			           bench_exit_keys[exit]);
			for (enum bench_mode mode = 0; mode < BENCH_MODES; mode++) {
				const struct bench_ticks *ticks =
					&cpus->cpu[i]->bench.ticks[mode][exit];
				const char *name = bench_mode_names[mode];

				text_print(to, " %s_min=%u %s_median=%u %s_p99=%u", name,
				           ticks->minimum, name, ticks->median, name, ticks->p99);
			}
			text_print(to, "\n");
		}
	}
}
