/* A request to the monitor: the tables of requests, and what their handlers share. */
#ifndef KERNEL_MONITOR_REQUEST_H
#define KERNEL_MONITOR_REQUEST_H

#include "kernel/run/run.h"

/* What a handler is given, and how it says that the monitor is to end. */
struct monitor {
	struct run *run;
	struct machine *machine; /* of the run */
	struct cpu_list chosen;  /* of the request; room for all CPUs of the machine */
	bool echo;
	bool over;
};

/* Handles a request; arguments is what follows its name. NULL if it is done, else why not. */
typedef const char *monitor_handler(struct monitor *monitor, struct bytes arguments);

struct monitor_request {
	const char *name;
	monitor_handler *handler;
	const char *arguments; /* their syntax, for help; "" where there must be none */
	const char *help;
};

/* Prints that the table has no such request, and which it has. Returns the answer to the request.
 */
const char *monitor_not_supported(const struct monitor_request *table, struct bytes name);

/* Has the request of that name in the table handled; an error if there is none. */
const char *monitor_dispatch(struct monitor *monitor, const struct monitor_request *table,
                             struct bytes line);

/*
 * Takes the last word off a request: a list of CPUs, or nothing, which means all that run. Makes
 * them monitor->chosen. NULL, or what is wrong.
 */
const char *monitor_choose(struct monitor *monitor, struct bytes arguments);

#endif
