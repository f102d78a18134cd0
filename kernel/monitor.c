#include "kernel/monitor.h"

#include "kernel/arch.h"
#include "kernel/console.h"
#include "kernel/line_editor.h"
#include "kernel/log.h"
#include "kernel/memory.h"
#include "kernel/string.h"

static monitor_handler help, set_echo;

/* Every request there is. Aliases are rows like the others. */
static const struct monitor_request requests[] = {
	{"help", help, "[NAME]", "this list, or what NAME takes"},
	{"open", monitor_open, "[CPUS]", "enter VMX root operation"},
	{"on", monitor_open, "[CPUS]", "the same"},
	{"close", monitor_close, "[CPUS]", "leave VMX operation"},
	{"off", monitor_close, "[CPUS]", "the same"},
	{"status", monitor_status, "", "which CPUs are in VMX root operation"},
	{"read", monitor_read, "status|evidence|report|log", "show what is known"},
	{"write", monitor_write, "msr N VALUE [CPUS] | cr4 VALUE [CPUS]", "write a register"},
	{"control", monitor_control, "NAME ...", "everything else; control help lists it"},
	{"echo", set_echo, "on|off", "whether what is typed is shown: off for programs"},
	{"halt", monitor_halt, "", "end the monitor, report, and halt"},
	{"reboot", monitor_reboot, "", "end the monitor, report, and restart the machine"},
	{"poweroff", monitor_poweroff, "", "end the monitor, report, and power the machine off"},
	{"exit", monitor_exit, "", "end the monitor, report, and do what exit= says"},
	{NULL, NULL, NULL, NULL},
};

/* Whatever is not in the table. */
static const char *not_supported(struct bytes name)
{
	text_print(&log_bare, "not supported: %.*s; there are", (int)name.size, (const char *)name.at);
	for (const struct monitor_request *r = requests; r->name != NULL; r++)
		text_print(&log_bare, " %s", r->name);
	text_print(&log_bare, "\n");
	return "not supported";
}

const struct monitor_request *monitor_find(const struct monitor_request *table, struct bytes name)
{
	for (const struct monitor_request *r = table; r->name != NULL; r++) {
		if (bytes_equal(name, r->name))
			return r;
	}
	return NULL;
}

void monitor_print_table(const struct monitor_request *table, const char *before)
{
	for (const struct monitor_request *r = table; r->name != NULL; r++)
		text_print(&log_bare, "%s%s%s%s: %s\n", before, r->name,
			   r->arguments[0] != '\0' ? " " : "", r->arguments, r->help);
}

static const char *help(struct monitor *monitor, struct bytes arguments)
{
	struct bytes name = bytes_take_word(&arguments);
	const struct monitor_request *request = monitor_find(requests, name);

	(void)monitor;
	if (name.size == 0) {
		monitor_print_table(requests, "");
		text_print(&log_bare, "CPUS is a list such as 0-3,8; without it, all CPUs\n");
		return NULL;
	}
	if (request == NULL)
		return not_supported(name);
	text_print(&log_bare, "%s %s: %s\n", request->name, request->arguments, request->help);
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

const char *monitor_choose(struct monitor *monitor, struct bytes list)
{
	const struct cpu_list *all = &monitor->machine->cpus;
	uint32_t first = 0, last = all->count - 1, next = 0;

	monitor->chosen.count = 0;
	do {
		if (list.size > 0 && (!number_take_range(&list, &first, &last) || first < next))
			return "a list of CPUs is like 0-3,8, in rising order";
		if (last >= all->count)
			return "there is no such CPU";
		for (uint32_t i = first; i <= last; i++) {
			if (all->cpu[i]->trouble == REASON_NONE)
				monitor->chosen.cpu[monitor->chosen.count++] = all->cpu[i];
		}
		next = last + 1;
	} while (list.size > 0);
	return monitor->chosen.count > 0 ? NULL : "none of these CPUs runs";
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

static enum line_event read_line(struct line_editor *editor)
{
	enum line_event event;

	line_editor_next(editor);
	do
		event = line_editor_take(editor, wait_for_byte(), &log_bare);
	while (event == LINE_GOES_ON);
	return event;
}

static const char *handle(struct monitor *monitor, const char *line)
{
	struct bytes rest = {(const uint8_t *)line, strlen(line)};
	struct bytes name = bytes_take_word(&rest);
	const struct monitor_request *request = monitor_find(requests, name);

	return request != NULL ? request->handler(monitor, rest) : not_supported(name);
}

static void answer(const char *problem)
{
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

enum exit_action monitor_run(struct machine *machine, enum exit_action action)
{
	static struct line_editor editor;
	struct monitor monitor = {.machine = machine, .action = action, .echo = true};

	if (!take_memory(&monitor)) {
		log_line("rootmode", "warning: there is no memory for the monitor");
		return action;
	}
	text_print(&log_bare, "The monitor: type help.\n");
	while (!monitor.over) {
		editor.echo = monitor.echo;
		if (monitor.echo)
			text_print(&log_bare, "rootmode> ");
		enum line_event event = read_line(&editor);

		if (event == LINE_TOO_LONG)
			answer("a line is too long");
		else if (event == LINE_COMPLETE && editor.line[0] != '\0')
			answer(handle(&monitor, editor.line));
	}
	return monitor.action;
}
