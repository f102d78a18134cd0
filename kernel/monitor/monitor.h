/*
 * The monitor: a prompt on the console, for a person or a program, with requests to the CPUs. The
 * bare-metal form of a driver's device: a table of requests, each with its handler, and one default
 * for whatever is not in the table.
 */
#ifndef KERNEL_MONITOR_H
#define KERNEL_MONITOR_H

#include "kernel/lib/number.h"
#include "kernel/tables/options.h"
#include "kernel/report/report.h"

/* What a handler is given, and how it says that the monitor is to end. */
struct monitor {
	struct machine *machine;
	struct cpu_list chosen; /* of the request; room for all CPUs of the machine */
	struct {
		bool guests, selftest, bench;
	} prepared; /* the memory that each needs */
	bool echo;
	bool over;
	enum exit_action action; /* what to do with the machine then */
};

/* Handles a request; arguments is what follows its name. NULL if it is done, else why not. */
typedef const char *monitor_handler(struct monitor *monitor, struct bytes arguments);

struct monitor_request {
	const char *name;
	monitor_handler *handler;
	const char *arguments; /* their syntax, for help; "" where there must be none */
	const char *help;
};

/* Tables that requests lead to; each ends with a name of NULL. */
extern const struct monitor_request monitor_readings[], monitor_controls[];

/* Reads requests until one ends the monitor; returns what to do with the machine then. */
enum exit_action monitor_run(struct machine *machine, const struct options *options);

/* Has the request of that name in the table handled; an error if there is none. */
const char *monitor_dispatch(struct monitor *monitor, const struct monitor_request *table,
                             struct bytes line);

/*
 * Takes the last word off a request: a list of CPUs, or nothing, which means all that run. Makes
 * them monitor->chosen. NULL, or what is wrong.
 */
const char *monitor_choose(struct monitor *monitor, struct bytes arguments);

/*
 * Has CPUs work; false if not all have come back in time. Those were stopped, and taken out of VMX
 * operation.
 */
bool monitor_run_on(const struct cpu_list *cpus, void (*work)(struct cpu *cpu), const char *task);

/* Has work done on monitor->chosen. NULL, or that some did not answer; these are lost then. */
const char *monitor_work(struct monitor *monitor, void (*work)(struct cpu *cpu), const char *task);

/* On the calling CPU: enters VMX root operation if it is not in it, and leaves it if it is. */
void monitor_enter(struct cpu *cpu);
void monitor_leave(struct cpu *cpu);

/* Prints which of the CPUs are in VMX root operation, and why not. */
void monitor_print_states(const struct cpu_list *cpus);

/* The handlers, by the file that has them. */
monitor_handler monitor_open, monitor_close, monitor_status, monitor_read; /* monitor_cpus.c */
monitor_handler monitor_write, monitor_msr, monitor_cpuid;                 /* monitor_registers.c */
monitor_handler monitor_prove, monitor_selftest, monitor_bench,
	monitor_churn;                                       /* monitor_trials.c */
monitor_handler monitor_control, monitor_caps, monitor_halt; /* monitor_control.c */
monitor_handler monitor_reboot, monitor_poweroff, monitor_exit;

#endif
