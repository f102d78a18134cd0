#include "kernel/monitor/monitor.h"

#include "kernel/monitor/monitor_control.h"
#include "kernel/monitor/monitor_cpus.h"
#include "kernel/monitor/monitor_registers.h"
#include "kernel/monitor/monitor_trials.h"
#include "kernel/machine/arch.h"
#include "kernel/console/console.h"
#include "kernel/console/line_editor.h"
#include "kernel/console/log.h"
#include "kernel/machine/memory.h"
#include "kernel/lib/string.h"

static monitor_handler help, set_echo;

/* All requests. An alias is a row of its own, so help lists it, too. */
static const struct monitor_request requests[] = {
	{"help", help, "[NAME]", "list the commands, or describe NAME"},
	{"open", monitor_open, "[CPUS]", "enter VMX root operation"},
	{"on", monitor_open, "[CPUS]", "the same as open"},
	{"close", monitor_close, "[CPUS]", "leave VMX operation"},
	{"off", monitor_close, "[CPUS]", "the same as close"},
	{"read", monitor_read, "[status|evidence|caps|report|log]", "print what is known"},
	{"status", monitor_status, "", "the same as read status"},
	{"caps", monitor_caps, "[CPUS]", "the same as read caps"},
	{"write", monitor_write, "msr N VALUE [CPUS] | cr4 VALUE [CPUS]", "write a register"},
	{"control", monitor_control, "NAME ...", "the other commands: see help control"},
	{"prove", monitor_prove, "[CPUS]", "the same as control prove"},
	{"echo", set_echo, "on|off", "echo typed characters; off for programs"},
	{"halt", monitor_halt, "", "the same as control halt"},
	{"reboot", monitor_reboot, "", "the same as control reboot"},
	{"poweroff", monitor_poweroff, "", "the same as control poweroff"},
	{"exit", monitor_exit, "", "the same as control exit"},
	{NULL, NULL, NULL, NULL},
};

static void print_help(const char *before, const struct monitor_request *request)
{
	text_print(&log_bare, "%s%s%s%s: %s\n", before, request->name,
	           request->arguments[0] != '\0' ? " " : "", request->arguments, request->help);
}

/* Prints all rows of a table, or those with a name. Returns their number. */
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
		return monitor_not_supported(requests, name);
	text_print(&log_bare, "CPUS is a list such as 0-3,8; the default is all running CPUs. N "
	                      "and VALUE are decimal, or hexadecimal with 0x.\n");
	if (name.size == 0)
		text_print(&log_bare, "Keys: Backspace; ^U clears the line; ^C discards it; Up and "
		                      "Down recall earlier lines.\n");
	return NULL;
}

static const char *set_echo(struct monitor *monitor, struct bytes arguments)
{
	struct bytes word = bytes_take_word(&arguments);

	if (!bytes_equal(word, "on") && !bytes_equal(word, "off"))
		return "expected on or off";
	monitor->echo = bytes_equal(word, "on");
	return NULL;
}

/*
 * Returns the next byte typed. The consoles must be polled while waiting, because rootmode uses no
 * interrupts for its devices: without it, the answer to the previous request would stay in the
 * ring.
 */
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

/*
 * Reads and handles one request. The answer always ends with a line "ok" or "error ...", so that a
 * program knows where it ends without knowing the request.
 */
static void take_request(struct monitor *monitor, struct line_editor *editor)
{
	const char *problem = "the line is too long";
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

/* Allocates room for a list of all CPUs, which is the longest that a request can name. */
static bool take_memory(struct monitor *monitor)
{
	uint64_t size = monitor->machine->cpus.count * sizeof(struct cpu *);
	uint64_t phys = memory_take((size + PAGE_SIZE - 1) / PAGE_SIZE);

	monitor->chosen.cpu = phys != 0 ? arch_map(phys, size) : NULL;
	return monitor->chosen.cpu != NULL;
}

/* Completes the record of the machine first, because the request `report` prints it. */
void monitor_run(struct run *run)
{
	static struct line_editor editor;
	struct monitor monitor = {.run = run, .machine = &run->machine, .echo = true};

	run_complete_record(run);
	if (!take_memory(&monitor)) {
		log_line("rootmode", "warning: not enough memory for the monitor");
		return;
	}
	if (!console_has_input())
		log_line("rootmode", "warning: no serial port and no keyboard controller is there: "
		                     "nothing can be typed, so the monitor cannot be left");
	log_line("rootmode", "monitor started: type help or exit");
	while (!monitor.over)
		take_request(&monitor, &editor);
	log_line("rootmode", "monitor ended");
}
