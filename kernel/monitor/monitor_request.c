#include "kernel/monitor/monitor_request.h"

#include "kernel/console/log.h"
#include "kernel/lib/number.h"

/* Finds a request by its full name. Abbreviations would make a typing error a valid request. */
static const struct monitor_request *find_request(const struct monitor_request *table,
                                                  struct bytes name)
{
	for (const struct monitor_request *r = table; r->name != NULL; r++) {
		if (bytes_equal(name, r->name))
			return r;
	}
	return NULL;
}

/* Names what is supported, so that a wrong request teaches the right one. */
const char *monitor_not_supported(const struct monitor_request *table, struct bytes name)
{
	text_print(&log_bare, "not supported: %.*s; supported:", (int)name.size,
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
		return monitor_not_supported(table, name);
	more = rest;
	if (request->arguments[0] == '\0' && bytes_take_word(&more).size > 0)
		return "this command takes no arguments";
	return request->handler(monitor, rest);
}

static bool runs(const struct cpu *cpu)
{
	return cpu->progress.failure == REASON_NONE && !cpu->monitor.offline;
}

/*
 * Chooses the CPUs first to last. A CPU that does not run is an error if the request named it, and
 * is skipped if the request means all CPUs.
 */
static const char *choose_range(struct monitor *monitor, uint32_t first, uint32_t last, bool named)
{
	const struct cpu_list *all = &monitor->machine->cpus;

	if (last >= all->count)
		return "no such CPU";
	for (uint32_t i = first; i <= last; i++) {
		if (runs(all->cpu[i]))
			monitor->chosen.cpu[monitor->chosen.count++] = all->cpu[i];
		else if (named)
			return "some of these CPUs are not running: see status";
	}
	return NULL;
}

/*
 * Requires ascending order, which also excludes duplicates: chosen has room for each CPU only once.
 */
const char *monitor_choose(struct monitor *monitor, struct bytes arguments)
{
	struct bytes list = bytes_take_word(&arguments);
	uint32_t first, last, next = 0;
	const char *problem = NULL;

	monitor->chosen.count = 0;
	if (bytes_take_word(&arguments).size > 0)
		return "too many arguments";
	if (list.size == 0)
		problem = choose_range(monitor, 0, monitor->machine->cpus.count - 1, false);
	while (list.size > 0 && problem == NULL) {
		if (!number_take_range(&list, &first, &last) || first < next)
			return "expected a list of CPUs such as 0-3,8, in ascending order";
		problem = choose_range(monitor, first, last, true);
		next = last + 1;
	}
	if (problem == NULL && monitor->chosen.count == 0)
		problem = "none of these CPUs is running";
	return problem;
}
