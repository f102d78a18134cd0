#include "kernel/monitor/monitor_cpus.h"

#include "kernel/machine/arch.h"
#include "kernel/monitor/monitor_work.h"
#include "kernel/report/caps_print.h"
#include "kernel/report/compare.h"
#include "kernel/report/narrate.h"
#include "kernel/report/report.h"
#include "kernel/record/group.h"
#include "kernel/console/log.h"
#include "kernel/run/cpu_main.h"

static bool all_are(const struct cpu_list *cpus, bool in_root_operation)
{
	for (uint32_t i = 0; i < cpus->count; i++) {
		if (cpus->cpu[i]->outcome.in_root_operation != in_root_operation)
			return false;
	}
	return true;
}

/* With observe, the user was promised that nothing is entered: a typed request does not undo it. */
const char *monitor_open(struct monitor *monitor, struct bytes arguments)
{
	const char *problem = monitor_choose(monitor, arguments);

	if (problem == NULL && monitor->machine->observe)
		problem = "VMX is not entered with observe or after a misspelt option";
	if (problem == NULL)
		problem = monitor_work(&monitor->chosen, cpu_enter, TASK_ENTER);
	if (problem != NULL)
		return problem;
	monitor_print_states(&monitor->chosen);
	return all_are(&monitor->chosen, true) ? NULL
	                                       : "not all of these CPUs are in VMX root operation";
}

const char *monitor_close(struct monitor *monitor, struct bytes arguments)
{
	const char *problem = monitor_choose(monitor, arguments);

	if (problem == NULL)
		problem = monitor_work(&monitor->chosen, arch_vmx_leave, TASK_LEAVE);
	if (problem != NULL)
		return problem;
	monitor_print_states(&monitor->chosen);
	return all_are(&monitor->chosen, false) ? NULL
	                                        : "not all of these CPUs have left VMX operation";
}

const char *monitor_status(struct monitor *monitor, struct bytes arguments)
{
	(void)arguments;
	monitor_print_states(&monitor->machine->cpus);
	report_print_count(monitor->machine, &log_bare);
	return NULL;
}

static const char *read_evidence(struct monitor *monitor, struct bytes arguments)
{
	(void)arguments;
	narrate_cpus(monitor->machine, &log_bare);
	compare_print(monitor->machine, &log_bare);
	caps_print_broken_rules(monitor->machine, &log_bare);
	return NULL;
}

const char *monitor_caps(struct monitor *monitor, struct bytes arguments)
{
	const char *problem = monitor_choose(monitor, arguments);

	if (problem == NULL)
		caps_print(&monitor->chosen, &log_bare);
	return problem;
}

static const char *read_report(struct monitor *monitor, struct bytes arguments)
{
	(void)arguments;
	report_print(monitor->machine, &log_bare);
	return NULL;
}

/*
 * A text that starts each line with "| ". The log that it repeats contains the answers to earlier
 * requests, and a program would take a bare "ok" in it for the end of this answer.
 */
struct quoted_text {
	struct text text;
	bool in_line;
};

static void put_quoted(struct text *text, char character)
{
	struct quoted_text *quoted = (struct quoted_text *)text;

	if (!quoted->in_line)
		text_print(&log_bare, "| ");
	log_bare.put(&log_bare, character);
	quoted->in_line = character != '\n';
}

static const char *read_log(struct monitor *monitor, struct bytes arguments)
{
	struct quoted_text quoted = {.text = {put_quoted}};

	(void)monitor;
	(void)arguments;
	log_repeat(&quoted.text);
	if (quoted.in_line)
		put_quoted(&quoted.text, '\n');
	return NULL;
}

const struct monitor_request monitor_readings[] = {
	{"status", monitor_status, "", "which CPUs are in VMX root operation"},
	{"evidence", read_evidence, "", "what each CPU is, and what was done"},
	{"caps", monitor_caps, "[CPUS]", "VMX capabilities of the CPUs"},
	{"report", read_report, "", "the REPORT block"},
	{"log", read_log, "", "the log again, as far back as it is kept"},
	{NULL, NULL, NULL, NULL},
};

const char *monitor_read(struct monitor *monitor, struct bytes arguments)
{
	struct bytes rest = arguments;

	if (bytes_take_word(&rest).size == 0)
		return monitor_status(monitor, rest);
	return monitor_dispatch(monitor, monitor_readings, arguments);
}
