/*
 * The monitor: a prompt on the console, for a person or a program, with requests to the CPUs. The
 * bare-metal form of a driver's device: a table of requests, each with its handler, and one default
 * for whatever is not in the table.
 */
#ifndef KERNEL_MONITOR_H
#define KERNEL_MONITOR_H

#include "kernel/lib/number.h"
#include "kernel/report/report.h"
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

/* Tables that requests lead to; each ends with a name of NULL. */
extern const struct monitor_request monitor_readings[], monitor_controls[];

/* Reads requests until one ends the monitor, which may say how the run ends then. */
void monitor_run(struct run *run);

/* Has the request of that name in the table handled; an error if there is none. */
const char *monitor_dispatch(struct monitor *monitor, const struct monitor_request *table,
                             struct bytes line);

/*
 * Takes the last word off a request: a list of CPUs, or nothing, which means all that run. Makes
 * them monitor->chosen. NULL, or what is wrong.
 */
const char *monitor_choose(struct monitor *monitor, struct bytes arguments);

/* Has work done on the CPUs. NULL, or that some did not answer; these are lost then. */
const char *monitor_work(const struct cpu_list *cpus, void (*work)(struct cpu *cpu),
                         const char *task);

/* Notes which CPUs have left VMX operation; lost is how many did not come back. Returns as above.
 */
const char *monitor_conclude(const struct cpu_list *cpus, uint32_t lost);

/* Prints which of the CPUs are in VMX root operation, and why not. */
void monitor_print_states(const struct cpu_list *cpus);

/* The handlers, by the file that has them. */
monitor_handler monitor_open, monitor_close, monitor_status, monitor_read; /* monitor_cpus.c */
monitor_handler monitor_write, monitor_msr, monitor_cpuid;                 /* monitor_registers.c */
monitor_handler monitor_prove, monitor_selftest, monitor_bench,
	monitor_stress;                                      /* monitor_trials.c */
monitor_handler monitor_control, monitor_caps, monitor_halt; /* monitor_control.c */
monitor_handler monitor_reboot, monitor_poweroff, monitor_exit;

#endif
