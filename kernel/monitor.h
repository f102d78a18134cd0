/*
 * The monitor: a prompt on the console, for a person or a program, with requests to the CPUs. The
 * bare-metal form of a driver's device: a table of requests, each with its handler, and one default
 * for whatever is not in the table.
 */
#ifndef KERNEL_MONITOR_H
#define KERNEL_MONITOR_H

#include "kernel/number.h"
#include "kernel/options.h"
#include "kernel/report.h"

/* What a handler is given, and how it says that the monitor is to end. */
struct monitor {
	struct machine *machine;
	struct cpu_list chosen; /* of the request; room for all CPUs of the machine */
	bool over;
	enum exit_action action; /* what to do with the machine then */
	bool echo;
};

/* Handles a request; arguments is what follows its name. NULL if it is done, else why not. */
typedef const char *monitor_handler(struct monitor *monitor, struct bytes arguments);

struct monitor_request {
	const char *name;
	monitor_handler *handler;
	const char *arguments; /* their syntax, for help */
	const char *help;
};

/* Reads requests until one ends the monitor; returns what to do with the machine then. */
enum exit_action monitor_run(struct machine *machine, enum exit_action action);

/* The request with this name in a table that ends with a name of NULL; NULL if there is none. */
const struct monitor_request *monitor_find(const struct monitor_request *table, struct bytes name);

/* Prints a table's names, syntax and help. */
void monitor_print_table(const struct monitor_request *table, const char *before);

/*
 * Makes monitor->chosen the CPUs that list names, all if it is empty, of those that run. NULL, or
 * what is wrong with the list.
 */
const char *monitor_choose(struct monitor *monitor, struct bytes list);

/* The handlers, by the file that has them. */
monitor_handler monitor_open, monitor_close, monitor_status, monitor_read; /* monitor_cpus.c */
monitor_handler monitor_write, monitor_control;                            /* monitor_control.c */
monitor_handler monitor_halt, monitor_reboot, monitor_poweroff, monitor_exit;

#endif
