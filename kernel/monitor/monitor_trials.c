/* Requests that try VMX out on the CPUs: guests, the self-test, measurements. */
#include "kernel/machine/arch.h"
#include "kernel/record/bench.h"
#include "kernel/report/explain.h"
#include "kernel/record/group.h"
#include "kernel/console/log.h"
#include "kernel/monitor/monitor.h"
#include "kernel/record/selftest.h"

enum { CHURN_MAX = 10000 };

/* Anew: only how often it went well is kept. */
static void prove(struct cpu *cpu)
{
	cpu->proof = (struct vmx_proof){.cycles = cpu->proof.cycles};
	if (cpu->outcome.in_root_operation)
		arch_vmx_prove(cpu);
}

static bool same_proof(const struct cpu *a, const struct cpu *b, const void *context)
{
	(void)context;
	return proof_same(&a->proof, &b->proof);
}

static void print_proof(const struct group *group)
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

static const char *prepare_guests(struct monitor *monitor)
{
	if (!monitor->prepared.guests)
		monitor->prepared.guests = arch_vmx_prepare_proof(monitor->machine->cpus.count);
	return monitor->prepared.guests ? NULL : "there is not memory enough for guests";
}

const char *monitor_prove(struct monitor *monitor, struct bytes arguments)
{
	struct group group = {.cpus = &monitor->chosen, .same = same_proof};
	const char *problem = monitor_choose(monitor, arguments);

	if (problem == NULL)
		problem = all_in_root_operation(&monitor->chosen);
	if (problem == NULL)
		problem = prepare_guests(monitor);
	if (problem == NULL)
		problem = monitor_work(monitor, prove, TASK_PROVE);
	if (problem != NULL)
		return problem;
	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1)
		print_proof(&group);
	return all_proved(&monitor->chosen) ? NULL : "not all of these CPUs have passed";
}

static void selftest(struct cpu *cpu)
{
	cpu->selftest = (struct vmx_selftest){0};
	if (!cpu->outcome.in_root_operation)
		return;
	monitor_leave(cpu);
	arch_vmx_selftest_before(cpu);
	monitor_enter(cpu);
	if (cpu->outcome.in_root_operation)
		arch_vmx_selftest(cpu);
}

const char *monitor_selftest(struct monitor *monitor, struct bytes arguments)
{
	const char *problem = monitor_choose(monitor, arguments);

	if (problem == NULL)
		problem = all_in_root_operation(&monitor->chosen);
	if (problem == NULL)
		problem = prepare_guests(monitor);
	if (problem == NULL && !monitor->prepared.selftest)
		monitor->prepared.selftest = arch_vmx_prepare_selftest();
	if (problem == NULL && !monitor->prepared.selftest)
		problem = "there is not memory enough for the self-test";
	if (problem == NULL)
		problem = monitor_work(monitor, selftest, TASK_SELFTEST);
	if (problem != NULL)
		return problem;
	selftest_print(&monitor->chosen, arch_vmx_selftest_check, &log_bare);
	for (uint32_t i = 0; i < monitor->chosen.count; i++) {
		if (monitor->chosen.cpu[i]->selftest.failed > 0 ||
		    !monitor->chosen.cpu[i]->outcome.in_root_operation)
			return "not all of these CPUs have passed";
	}
	return NULL;
}

/* Each for itself, one after the other; then all at the same time. */
static const char *measure(struct monitor *monitor)
{
	for (uint32_t i = 0; i < monitor->chosen.count; i++) {
		const struct cpu_list one = {&monitor->chosen.cpu[i], 1};

		if (!monitor_run_on(&one, arch_vmx_bench_alone, TASK_BENCH))
			return "a CPU has not answered in time, and was stopped";
	}
	return monitor_work(monitor, arch_vmx_bench_together, TASK_BENCH);
}

const char *monitor_bench(struct monitor *monitor, struct bytes arguments)
{
	const char *problem = monitor_choose(monitor, arguments);

	if (problem == NULL)
		problem = all_in_root_operation(&monitor->chosen);
	if (problem == NULL)
		problem = prepare_guests(monitor);
	if (problem == NULL && !monitor->prepared.bench)
		monitor->prepared.bench = arch_vmx_prepare_bench(monitor->machine->cpus.count);
	if (problem == NULL && !monitor->prepared.bench)
		problem = "there is not memory enough for the bench";
	if (problem == NULL)
		problem = measure(monitor);
	if (problem != NULL)
		return problem;
	bench_print(&monitor->chosen, &log_bare);
	for (uint32_t i = 0; i < monitor->chosen.count; i++) {
		if (!bench_is_whole(monitor->chosen.cpu[i]))
			return "not all could be measured";
	}
	return NULL;
}

static void leave_and_enter(struct cpu *cpu)
{
	monitor_leave(cpu);
	monitor_enter(cpu);
}

/* The chosen ones leave and enter, the others prove, all at the same time. */
static void churn(struct cpu *cpu)
{
	if (cpu->monitor.stresses)
		leave_and_enter(cpu);
	else
		prove(cpu);
}

static const char *churn_often(struct monitor *monitor, uint64_t times)
{
	const struct cpu_list *all = &monitor->machine->cpus;

	for (uint32_t i = 0; i < all->count; i++)
		all->cpu[i]->monitor.stresses = false;
	for (uint32_t i = 0; i < monitor->chosen.count; i++)
		monitor->chosen.cpu[i]->monitor.stresses = true;
	for (uint64_t done = 0; done < times; done++) {
		if (!monitor_run_on(all, churn, "the churn"))
			return "not all CPUs have answered in time, and those were stopped";
		for (uint32_t i = 0; i < all->count; i++) {
			if (all->cpu[i]->progress.failure == REASON_NONE &&
			    cpu_reason(all->cpu[i]) != REASON_NONE)
				return "not all went well";
		}
	}
	return NULL;
}

const char *monitor_churn(struct monitor *monitor, struct bytes arguments)
{
	const char *problem;
	uint64_t times;

	if (!number_read(bytes_take_word(&arguments), &times) || times > CHURN_MAX)
		return "churn takes a number of times, at most 10000";
	problem = monitor_choose(monitor, arguments);
	if (problem == NULL && monitor->machine->observe)
		problem = "nothing is entered with observe, or after a misspelt option";
	if (problem == NULL)
		problem = prepare_guests(monitor);
	if (problem == NULL)
		problem = churn_often(monitor, times);
	monitor_print_states(&monitor->machine->cpus);
	return problem;
}
