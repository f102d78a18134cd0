/* Requests to the monitor: their tables, and what the handlers share. */
#ifndef KERNEL_MONITOR_REQUEST_H
#define KERNEL_MONITOR_REQUEST_H

#include "kernel/run/run.h"

/* The monitor's state, which each handler gets. */
struct monitor {
	struct run *run;
	struct machine *machine; /* that of the run */
	struct cpu_list chosen;  /* the CPUs of the request; has room for all */
	bool echo;
	bool over; /* a handler sets it to end the monitor */
};

/* Handles a request with its arguments. Returns NULL, or the text that follows "error". */
typedef const char *monitor_handler(struct monitor *monitor, struct bytes arguments);

struct monitor_request {
	const char *name;
	monitor_handler *handler;
	const char *arguments; /* their syntax, for help; "" if there are none */
	const char *help;
};

/* The default handler: prints the requests that the table has. Returns "not supported". */
const char *monitor_not_supported(const struct monitor_request *table, struct bytes name);

/* Calls the handler of the request that the line names, or the default handler. */
const char *monitor_dispatch(struct monitor *monitor, const struct monitor_request *table,
                             struct bytes line);

/*
 * Parses the last argument, a list of CPUs, into monitor->chosen; without one, chooses all running
 * CPUs. Returns NULL, or what is wrong.
 */
const char *monitor_choose(struct monitor *monitor, struct bytes arguments);

#endif
