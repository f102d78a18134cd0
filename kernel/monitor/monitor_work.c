#include "kernel/monitor/monitor_work.h"

#include "kernel/console/log.h"
#include "kernel/lib/order.h"
#include "kernel/machine/arch.h"
#include "kernel/record/group.h"
#include "kernel/report/explain.h"

static int by_state(const struct cpu *a, const struct cpu *b, const void *context)
{
	int order = 0;

	(void)context;
	order_by(&order, a->outcome.in_root_operation, b->outcome.in_root_operation);
	order_by(&order, a->monitor.offline, b->monitor.offline);
	order_by(&order, cpu_reason(a), cpu_reason(b));
	return order;
}

/* A CPU that was given up is not said to be in or outside VMX operation: its record may be old. */
static void print_state(const struct cpu *cpu)
{
	enum reason reason = cpu_reason(cpu);

	if (cpu->monitor.offline) {
		text_print(&log_bare, "offline\n");
		return;
	}
	if (cpu->progress.failure == REASON_NONE)
		text_print(&log_bare, cpu->outcome.in_root_operation ? "in VMX root operation"
		                                                     : "outside VMX operation");
	if (cpu->progress.failure == REASON_NONE && reason != REASON_NONE)
		text_print(&log_bare, ": ");
	if (reason != REASON_NONE)
		explain_reason(cpu, reason, &log_bare);
	text_print(&log_bare, "\n");
}

void monitor_print_states(const struct cpu_list *cpus)
{
	struct group group = {.cpus = cpus, .order = by_state};

	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
		group_print_begin(&group, &log_bare);
		print_state(cpus->cpu[group.first]);
	}
}

/*
 * Updates closed, which the count line needs. A CPU that timed out counts as closed, because the
 * NMI that stopped it also took it out of VMX operation.
 */
const char *monitor_conclude(const struct cpu_list *cpus, uint32_t lost)
{
	for (uint32_t i = 0; i < cpus->count; i++) {
		struct cpu *cpu = cpus->cpu[i];
		bool in = cpu->outcome.in_root_operation && cpu->progress.failure == REASON_NONE;

		cpu->monitor.closed = cpu->outcome.vmxon.kind == VMX_SUCCEEDED && !in;
	}
	return lost == 0 ? NULL : "some of these CPUs timed out and were stopped";
}

const char *monitor_work(const struct cpu_list *cpus, void (*work)(struct cpu *cpu),
                         const char *task)
{
	const char *problem = monitor_conclude(cpus, arch_smp_run(cpus, work, task));

	if (problem != NULL)
		monitor_print_states(cpus);
	return problem;
}
