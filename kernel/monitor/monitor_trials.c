#include "kernel/monitor/monitor_trials.h"

#include "kernel/machine/arch.h"
#include "kernel/record/bench.h"
#include "kernel/report/explain.h"
#include "kernel/record/group.h"
#include "kernel/console/log.h"
#include "kernel/lib/number.h"
#include "kernel/monitor/monitor_work.h"
#include "kernel/record/selftest.h"
#include "kernel/run/cpu_main.h"

enum { STRESS_MAX = 10000 };

static int by_proof(const struct cpu *a, const struct cpu *b, const void *context)
{
	int order = 0;

	(void)context;
	proof_order(&order, &a->proof, &b->proof);
	return order;
}

static void monitor_print_proof(const struct group *group)
{
	const struct cpu *cpu = group->cpus->cpu[group->first];

	for (enum proof_guest guest = 0; guest < PROOF_GUESTS; guest++) {
		group_print_begin(group, &log_bare);
		proof_print(&cpu->proof, guest, &log_bare);
		text_print(&log_bare, "\n");
	}
	if (cpu->proof.reason == REASON_NONE)
		return;
	group_print_begin(group, &log_bare);
	explain_reason(cpu, cpu->proof.reason, &log_bare);
	text_print(&log_bare, "\n");
}

static bool all_proved(const struct cpu_list *cpus)
{
	for (uint32_t i = 0; i < cpus->count; i++) {
		if (!cpus->cpu[i]->proof.tried || cpus->cpu[i]->proof.reason != REASON_NONE)
			return false;
	}
	return true;
}

static const char *all_in_root_operation(const struct cpu_list *cpus)
{
	for (uint32_t i = 0; i < cpus->count; i++) {
		if (!cpus->cpu[i]->outcome.in_root_operation)
			return "not all of these CPUs are in VMX root operation: see open, status";
	}
	return NULL;
}

/* Allocates what is missing: the command line may not have asked for these trials. */
static const char *prepare(struct monitor *monitor, struct trials wanted)
{
	bool ready = trials_prepare(&monitor->run->ready, wanted, monitor->machine->cpus.count);

	if (!ready)
		return "not enough memory";
	arch_vmx_fill_proof();
	return NULL;
}

const char *monitor_prove(struct monitor *monitor, struct bytes arguments)
{
	struct group group = {.cpus = &monitor->chosen, .order = by_proof};
	const char *problem = monitor_choose(monitor, arguments);

	if (problem == NULL)
		problem = all_in_root_operation(&monitor->chosen);
	if (problem == NULL)
		problem = prepare(monitor, (struct trials){.guests = true});
	if (problem == NULL)
		problem = monitor_work(&monitor->chosen, cpu_prove, TASK_PROVE);
	if (problem != NULL)
		return problem;
	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1)
		monitor_print_proof(&group);
	return all_proved(&monitor->chosen) ? NULL : "some of these CPUs failed";
}

const char *monitor_selftest(struct monitor *monitor, struct bytes arguments)
{
	const char *problem = monitor_choose(monitor, arguments);

	if (problem == NULL)
		problem = all_in_root_operation(&monitor->chosen);
	if (problem == NULL)
		problem = prepare(monitor, (struct trials){.selftest = true});
	if (problem == NULL)
		problem = monitor_work(&monitor->chosen, cpu_selftest, TASK_SELFTEST);
	if (problem != NULL)
		return problem;
	selftest_print(&monitor->chosen, arch_vmx_selftest_check, &log_bare);
	for (uint32_t i = 0; i < monitor->chosen.count; i++) {
		if (monitor->chosen.cpu[i]->selftest.failed > 0 ||
		    !monitor->chosen.cpu[i]->outcome.in_root_operation)
			return "some of these CPUs failed";
	}
	return NULL;
}

const char *monitor_bench(struct monitor *monitor, struct bytes arguments)
{
	const char *problem = monitor_choose(monitor, arguments);

	if (problem == NULL)
		problem = all_in_root_operation(&monitor->chosen);
	if (problem == NULL)
		problem = prepare(monitor, (struct trials){.bench = true});
	if (problem == NULL)
		problem = monitor_conclude(&monitor->chosen, trials_bench(&monitor->chosen));
	if (problem != NULL)
		return problem;
	bench_print(&monitor->chosen, &log_bare);
	for (uint32_t i = 0; i < monitor->chosen.count; i++) {
		if (!bench_is_whole(monitor->chosen.cpu[i]))
			return "some exits could not be measured";
	}
	return NULL;
}

/*
 * The chosen CPUs leave and enter VMX operation while the others run guests. Entering on one CPU
 * must not disturb another. A host hypervisor that emulates VMX can easily get this wrong.
 */
static void stress(struct cpu *cpu)
{
	if (!cpu->monitor.stresses) {
		cpu_prove(cpu);
		return;
	}
	arch_vmx_leave(cpu);
	cpu_enter(cpu);
}

/* Stops at the first failure, so that the state that it left can be examined. */
static const char *stress_often(struct monitor *monitor, uint64_t times)
{
	const struct cpu_list *all = &monitor->machine->cpus;

	for (uint32_t i = 0; i < all->count; i++)
		all->cpu[i]->monitor.stresses = false;
	for (uint32_t i = 0; i < monitor->chosen.count; i++)
		monitor->chosen.cpu[i]->monitor.stresses = true;
	for (uint64_t done = 0; done < times; done++) {
		const char *problem =
			monitor_conclude(all, arch_smp_run(all, stress, "running the stress test"));

		if (problem != NULL)
			return problem;
		for (uint32_t i = 0; i < all->count; i++) {
			if (all->cpu[i]->progress.failure == REASON_NONE &&
			    cpu_reason(all->cpu[i]) != REASON_NONE)
				return "some CPUs failed";
		}
	}
	return NULL;
}

const char *monitor_stress(struct monitor *monitor, struct bytes arguments)
{
	const char *problem;
	uint64_t times;

	if (!number_read(bytes_take_word(&arguments), &times) || times == 0 || times > STRESS_MAX)
		return "expected a count from 1 to 10000";
	problem = monitor_choose(monitor, arguments);
	if (problem == NULL && monitor->machine->observe)
		problem = "VMX is not entered with observe or after a misspelt option";
	if (problem == NULL)
		problem = prepare(monitor, (struct trials){.guests = true});
	if (problem == NULL)
		problem = stress_often(monitor, times);
	monitor_print_states(&monitor->machine->cpus);
	return problem;
}
