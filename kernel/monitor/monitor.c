#include "kernel/monitor/monitor.h"

#include "kernel/machine/arch.h"
#include "kernel/console/console.h"
#include "kernel/console/line_editor.h"
#include "kernel/console/log.h"
#include "kernel/machine/memory.h"
#include "kernel/lib/string.h"

static monitor_handler help, set_echo;

/* Every request there is. Aliases are rows like the others. */
static const struct monitor_request requests[] = {
	{"help", help, "[NAME]", "this list, or what NAME takes"},
	{"open", monitor_open, "[CPUS]", "enter VMX root operation"},
	{"on", monitor_open, "[CPUS]", "the same as open"},
	{"close", monitor_close, "[CPUS]", "leave VMX operation"},
	{"off", monitor_close, "[CPUS]", "the same as close"},
	{"read", monitor_read, "[status|evidence|caps|report|log]", "show what is known"},
	{"status", monitor_status, "", "the same as read status"},
	{"caps", monitor_caps, "[CPUS]", "the same as read caps"},
	{"write", monitor_write, "msr N VALUE [CPUS] | cr4 VALUE [CPUS]", "write a register"},
	{"control", monitor_control, "NAME ...", "everything else: see help control"},
	{"prove", monitor_prove, "[CPUS]", "the same as control prove"},
	{"echo", set_echo, "on|off", "whether what is typed is shown; off for programs"},
	{"halt", monitor_halt, "", "the same as control halt"},
	{"reboot", monitor_reboot, "", "the same as control reboot"},
	{"poweroff", monitor_poweroff, "", "the same as control poweroff"},
	{"exit", monitor_exit, "", "the same as control exit"},
	{NULL, NULL, NULL, NULL},
};

static const struct monitor_request *find_request(const struct monitor_request *table,
                                                  struct bytes name)
{
	for (const struct monitor_request *r = table; r->name != NULL; r++) {
		if (bytes_equal(name, r->name))
			return r;
	}
	return NULL;
}

/* Whatever is not in the table. */
static const char *not_supported(const struct monitor_request *table, struct bytes name)
{
	text_print(&log_bare, "not supported: %.*s; there are", (int)name.size,
	           (const char *)name.at);
	for (const struct monitor_request *r = table; r->name != NULL; r++)
		text_print(&log_bare, " %s", r->name);
	text_print(&log_bare, "\n");
	return "not supported";
}

const char *monitor_dispatch(struct monitor *monitor, const struct monitor_request *table,
                             struct bytes line)
{
	struct bytes rest = line, more;
	struct bytes name = bytes_take_word(&rest);
	const struct monitor_request *request = find_request(table, name);

	if (request == NULL)
		return not_supported(table, name);
	more = rest;
	if (request->arguments[0] == '\0' && bytes_take_word(&more).size > 0)
		return "this request takes no arguments";
	return request->handler(monitor, rest);
}

static void print_help(const char *before, const struct monitor_request *request)
{
	text_print(&log_bare, "%s%s%s%s: %s\n", before, request->name,
	           request->arguments[0] != '\0' ? " " : "", request->arguments, request->help);
}

/* All rows of a table, or those of one name; how many there were. */
static unsigned print_table(const char *before, const struct monitor_request *table,
                            struct bytes name)
{
	unsigned count = 0;

	for (const struct monitor_request *r = table; r->name != NULL; r++) {
		if (name.size > 0 && !bytes_equal(name, r->name))
			continue;
		print_help(before, r);
		count++;
	}
	return count;
}

static const char *help(struct monitor *monitor, struct bytes arguments)
{
	struct bytes name = bytes_take_word(&arguments);
	unsigned count;

	(void)monitor;
	count = print_table("", requests, name);
	if (name.size > 0) {
		count += print_table("read ", monitor_readings, name);
		count += print_table("control ", monitor_controls, name);
	}
	if (bytes_equal(name, "control"))
		print_table("control ", monitor_controls, (struct bytes){0});
	if (count == 0)
		return not_supported(requests, name);
	text_print(&log_bare,
	           "CPUS is a list such as 0-3,8: without it, all that run. N, VALUE: decimal, "
	           "or 0x and hexadecimal.\n");
	if (name.size == 0)
		text_print(&log_bare,
		           "Keys: backspace, ^U the whole line, ^C give the line up, arrows up "
		           "and down.\n");
	return NULL;
}

static const char *set_echo(struct monitor *monitor, struct bytes arguments)
{
	struct bytes word = bytes_take_word(&arguments);

	if (!bytes_equal(word, "on") && !bytes_equal(word, "off"))
		return "echo takes on or off";
	monitor->echo = bytes_equal(word, "on");
	return NULL;
}

static bool runs(const struct cpu *cpu)
{
	return cpu->progress.failure == REASON_NONE && !cpu->monitor.offline;
}

/* The CPUs of one part of a list, first to last; those that do not run only if they are let be. */
static const char *choose_range(struct monitor *monitor, uint32_t first, uint32_t last, bool named)
{
	const struct cpu_list *all = &monitor->machine->cpus;

	if (last >= all->count)
		return "there is no such CPU";
	for (uint32_t i = first; i <= last; i++) {
		if (runs(all->cpu[i]))
			monitor->chosen.cpu[monitor->chosen.count++] = all->cpu[i];
		else if (named)
			return "not all of these CPUs run: see status";
	}
	return NULL;
}

const char *monitor_choose(struct monitor *monitor, struct bytes arguments)
{
	struct bytes list = bytes_take_word(&arguments);
	uint32_t first, last, next = 0;
	const char *problem = NULL;

	monitor->chosen.count = 0;
	if (bytes_take_word(&arguments).size > 0)
		return "there is more than this request takes";
	if (list.size == 0)
		problem = choose_range(monitor, 0, monitor->machine->cpus.count - 1, false);
	while (list.size > 0 && problem == NULL) {
		if (!number_take_range(&list, &first, &last) || first < next)
			return "a list of CPUs is like 0-3,8, in rising order";
		problem = choose_range(monitor, first, last, true);
		next = last + 1;
	}
	if (problem == NULL && monitor->chosen.count == 0)
		problem = "none of these CPUs runs";
	return problem;
}

/* A CPU that did not come back was stopped, which takes it out of VMX operation. */
const char *monitor_conclude(const struct cpu_list *cpus, uint32_t lost)
{
	for (uint32_t i = 0; i < cpus->count; i++) {
		struct cpu *cpu = cpus->cpu[i];
		bool in = cpu->outcome.in_root_operation && cpu->progress.failure == REASON_NONE;

		cpu->monitor.closed = cpu->outcome.vmxon.kind == VMX_SUCCEEDED && !in;
	}
	return lost == 0 ? NULL
	                 : "not all of these CPUs have answered in time, and those were stopped";
}

const char *monitor_work(const struct cpu_list *cpus, void (*work)(struct cpu *cpu),
                         const char *task)
{
	const char *problem = monitor_conclude(cpus, arch_smp_run(cpus, work, task));

	if (problem != NULL)
		monitor_print_states(cpus);
	return problem;
}

/* The next byte that is typed; the console goes on meanwhile. */
static uint8_t wait_for_byte(void)
{
	uint8_t byte;

	while (!console_read(&byte)) {
		arch_clock_poll();
		console_poll();
		arch_relax();
	}
	return byte;
}

static enum line_event monitor_read_line(struct line_editor *editor)
{
	enum line_event event;

	line_editor_next(editor);
	do
		event = line_editor_take(editor, wait_for_byte(), &log_bare);
	while (event == LINE_GOES_ON);
	return event;
}

static bool is_blank(struct bytes line)
{
	return bytes_take_word(&line).size == 0;
}

/* Reads one request, has it handled, and says how that went. */
static void take_request(struct monitor *monitor, struct line_editor *editor)
{
	const char *problem = "a line is too long";
	enum line_event event;

	editor->echo = monitor->echo;
	if (monitor->echo)
		text_print(&log_bare, "rootmode> ");
	event = monitor_read_line(editor);
	if (event == LINE_COMPLETE) {
		struct bytes line = {(const uint8_t *)editor->line, strlen(editor->line)};

		if (is_blank(line))
			return;
		problem = monitor_dispatch(monitor, requests, line);
	}
	if (event == LINE_GIVEN_UP)
		return;
	if (problem == NULL)
		text_print(&log_bare, "ok\n");
	else
		text_print(&log_bare, "error %s\n", problem);
}

static bool take_memory(struct monitor *monitor)
{
	uint64_t size = monitor->machine->cpus.count * sizeof(struct cpu *);
	uint64_t phys = memory_take((size + PAGE_SIZE - 1) / PAGE_SIZE);

	monitor->chosen.cpu = phys != 0 ? arch_map(phys, size) : NULL;
	return monitor->chosen.cpu != NULL;
}

void monitor_run(struct run *run)
{
	static struct line_editor editor;
	struct monitor monitor = {.run = run, .machine = &run->machine, .echo = true};

	run_describe_machine(run);
	if (!take_memory(&monitor)) {
		log_line("rootmode", "warning: there is no memory for the monitor");
		return;
	}
	log_line("rootmode", "the monitor begins: type help, or exit");
	while (!monitor.over)
		take_request(&monitor, &editor);
	log_line("rootmode", "the monitor has ended");
}
