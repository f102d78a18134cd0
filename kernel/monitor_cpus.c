/* Requests that enter and leave VMX operation, and that show what is known of the CPUs. */
#include "kernel/monitor.h"

#include "kernel/arch.h"
#include "kernel/explain.h"
#include "kernel/group.h"
#include "kernel/log.h"

static void enter(struct cpu *cpu)
{
	if (cpu->outcome.in_root_operation)
		return;
	arch_vmx_read_evidence(&cpu->evidence);
	arch_vmx_plan(&cpu->evidence, &cpu->plan);
	if (cpu->plan.stop == REASON_NONE)
		arch_vmx_enter(cpu);
}

static bool same_state(const struct cpu *a, const struct cpu *b, const void *context)
{
	(void)context;
	return a->outcome.in_root_operation == b->outcome.in_root_operation &&
	       a->trouble == b->trouble && cpu_reason(a) == cpu_reason(b);
}

static void print_states(const struct cpu_list *cpus)
{
	struct group group = {.cpus = cpus, .same = same_state};

	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
		const struct cpu *cpu = cpus->cpu[group.first];
		enum reason reason = cpu_reason(cpu);

		group_print_begin(&group, &log_bare);
		if (cpu->outcome.in_root_operation) {
			text_print(&log_bare, "in VMX root operation\n");
		} else if (reason != REASON_NONE) {
			explain_reason(cpu, reason, &log_bare);
			text_print(&log_bare, "\n");
		} else {
			text_print(&log_bare, "outside VMX operation\n");
		}
	}
}

static bool all_are(const struct cpu_list *cpus, bool in_root_operation)
{
	for (uint32_t i = 0; i < cpus->count; i++) {
		if (cpus->cpu[i]->outcome.in_root_operation != in_root_operation)
			return false;
	}
	return true;
}

static const char *change(struct monitor *monitor, struct bytes arguments,
			  void (*work)(struct cpu *cpu), bool in_root_operation)
{
	const char *problem = monitor_choose(monitor, bytes_take_word(&arguments));

	if (problem != NULL)
		return problem;
	if (arch_smp_run(&monitor->chosen, work) > 0)
		return "not all of these CPUs have answered in time";
	print_states(&monitor->chosen);
	if (all_are(&monitor->chosen, in_root_operation))
		return NULL;
	return in_root_operation ? "not all of these CPUs are in VMX root operation"
				 : "not all of these CPUs have left VMX operation";
}

const char *monitor_open(struct monitor *monitor, struct bytes arguments)
{
	return change(monitor, arguments, enter, true);
}

const char *monitor_close(struct monitor *monitor, struct bytes arguments)
{
	return change(monitor, arguments, arch_vmx_leave, false);
}

const char *monitor_status(struct monitor *monitor, struct bytes arguments)
{
	(void)arguments;
	print_states(&monitor->machine->cpus);
	report_print_count(monitor->machine, &log_bare);
	return NULL;
}

static const char *read_evidence(struct monitor *monitor, struct bytes arguments)
{
	(void)arguments;
	report_narrate(monitor->machine, &log_bare);
	report_differences(monitor->machine, &log_bare);
	return NULL;
}

static const char *read_report(struct monitor *monitor, struct bytes arguments)
{
	(void)arguments;
	report_print(monitor->machine, &log_bare);
	return NULL;
}

static const char *read_log(struct monitor *monitor, struct bytes arguments)
{
	(void)monitor;
	(void)arguments;
	log_repeat(&log_bare);
	return NULL;
}

static const struct monitor_request readings[] = {
	{"status", monitor_status, "", "which CPUs are in VMX root operation"},
	{"evidence", read_evidence, "", "what each CPU is, and how it went"},
	{"report", read_report, "", "the block for machines"},
	{"log", read_log, "", "the log from its beginning, as far as it is kept"},
	{NULL, NULL, NULL, NULL},
};

const char *monitor_read(struct monitor *monitor, struct bytes arguments)
{
	struct bytes name = bytes_take_word(&arguments);
	const struct monitor_request *reading =
		name.size == 0 ? readings : monitor_find(readings, name);

	if (reading != NULL)
		return reading->handler(monitor, arguments);
	monitor_print_table(readings, "read ");
	return "there is nothing of this name to read";
}
