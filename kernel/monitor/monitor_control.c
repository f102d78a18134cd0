#include "kernel/monitor/monitor_control.h"

#include "kernel/monitor/monitor_cpus.h"
#include "kernel/monitor/monitor_registers.h"
#include "kernel/monitor/monitor_trials.h"
#include "kernel/monitor/monitor_work.h"
#include "kernel/lib/number.h"
#include "kernel/machine/arch.h"
#include "kernel/record/caps.h"
#include "kernel/report/caps_print.h"
#include "kernel/console/log.h"

static const char *control_nmi(struct monitor *monitor, struct bytes arguments)
{
	const char *problem = monitor_choose(monitor, arguments);

	for (uint32_t i = 0; problem == NULL && i < monitor->chosen.count; i++) {
		struct cpu *cpu = monitor->chosen.cpu[i];

		if (!arch_smp_nmi(cpu))
			problem = "the last CPU above did not receive the NMI";
		text_print(&log_bare, "cpu %u: %s\n", cpu->found.index,
		           problem == NULL ? "received an NMI and continued" : "received no NMI");
	}
	return problem;
}

/*
 * A CPU must leave VMX operation before it is started again, because INIT is blocked in VMX root
 * operation: SDM vol. 3C 23.8 "Restrictions on VMX Operation". CPU 0 executes the monitor itself.
 */
static const char *control_offline(struct monitor *monitor, struct bytes arguments)
{
	struct bytes rest = arguments;
	const char *problem = monitor_choose(monitor, arguments);

	if (bytes_take_word(&rest).size == 0)
		return "expected a list of CPUs";
	if (problem == NULL && monitor->chosen.cpu[0]->found.index == 0)
		return "CPU 0 runs this monitor and must stay online";
	if (problem == NULL)
		problem = monitor_work(&monitor->chosen, arch_vmx_leave, TASK_LEAVE);
	if (problem != NULL)
		return problem;
	for (uint32_t i = 0; i < monitor->chosen.count; i++) {
		struct cpu *cpu = monitor->chosen.cpu[i];

		cpu->monitor.offline = arch_smp_offline(cpu);
		if (!cpu->monitor.offline)
			problem = "not all of these CPUs halted in time";
	}
	monitor_print_states(&monitor->chosen);
	return problem;
}

/* Also revives a CPU that timed out, which INIT resets wherever it hung outside VMX operation. */
static const char *control_online(struct monitor *monitor, struct bytes arguments)
{
	const struct cpu_list *all = &monitor->machine->cpus;
	struct bytes list = bytes_take_word(&arguments);
	uint64_t index;
	bool started;

	if (!number_read(list, &index) || index >= all->count ||
	    bytes_take_word(&arguments).size > 0)
		return "expected the number of one CPU";
	if (!all->cpu[index]->monitor.offline && all->cpu[index]->progress.failure == REASON_NONE)
		return "this CPU is already running";
	all->cpu[index]->monitor.offline = false;
	all->cpu[index]->monitor.closed = false;
	all->cpu[index]->reported = REASON_NONE;
	monitor->chosen.count = 1;
	monitor->chosen.cpu[0] = all->cpu[index];
	started = arch_smp_online(all->cpu[index]);
	monitor_print_states(&monitor->chosen);
	return started ? NULL : "this CPU did not start";
}

static const char *end(struct monitor *monitor, enum exit_action exit)
{
	monitor->over = true;
	monitor->run->exit = exit;
	monitor->run->exit_chosen = true;
	return NULL;
}

const char *monitor_exit(struct monitor *monitor, struct bytes arguments)
{
	(void)arguments;
	monitor->over = true;
	return NULL;
}

const char *monitor_halt(struct monitor *monitor, struct bytes arguments)
{
	(void)arguments;
	return end(monitor, EXIT_HALT);
}

const char *monitor_reboot(struct monitor *monitor, struct bytes arguments)
{
	(void)arguments;
	return end(monitor, EXIT_REBOOT);
}

const char *monitor_poweroff(struct monitor *monitor, struct bytes arguments)
{
	(void)arguments;
	if (!arch_can_power_off())
		return "this machine cannot be powered off: no \\_S5 package of constants, or no "
		       "sleep "
		       "registers";
	return end(monitor, EXIT_POWEROFF);
}

const struct monitor_request monitor_controls[] = {
	{"prove", monitor_prove, "[CPUS]", "run guests and check their VM exits"},
	{"selftest", monitor_selftest, "[CPUS]",
         "leave, enter again, and check the result of every VMX instruction"},
	{"bench", monitor_bench, "[CPUS]", "measure round trips into a guest"},
	{"caps", monitor_caps, "[CPUS]", "the same as read caps"},
	{"stress", monitor_stress, "TIMES [CPUS]",
         "leave and enter VMX operation TIMES times while the other CPUs run guests"},
	{"churn", monitor_stress, "TIMES [CPUS]", "the same as stress"},
	{"cpuid", monitor_cpuid, "LEAF[.SUBLEAF] [CPUS]", "execute CPUID"},
	{"msr", monitor_msr, "N [CPUS]", "read an MSR"},
	{"nmi", control_nmi, "[CPUS]", "send an NMI and check that the CPU continues"},
	{"offline", control_offline, "CPUS", "leave VMX operation, then halt"},
	{"online", control_online, "CPU", "start by INIT-SIPI-SIPI, and enter VMX as at boot"},
	{"halt", monitor_halt, "", "end the monitor, print the report, and halt"},
	{"reboot", monitor_reboot, "", "end the monitor, print the report, and reboot"},
	{"poweroff", monitor_poweroff, "", "end the monitor, print the report, and power off"},
	{"exit", monitor_exit, "", "end the monitor, print the report, and do what exit= says"},
	{NULL, NULL, NULL, NULL},
};

const char *monitor_control(struct monitor *monitor, struct bytes arguments)
{
	return monitor_dispatch(monitor, monitor_controls, arguments);
}
