/*
 * A run: what it finds, what it decides from the options, and the phases that take all CPUs into
 * VMX operation and out again. On the BSP; in the order of these functions.
 */
#ifndef KERNEL_RUN_H
#define KERNEL_RUN_H

#include "kernel/record/machine.h"
#include "kernel/run/trials.h"
#include "kernel/tables/options.h"

struct run {
	const struct options *options; /* the command line, parsed */
	struct machine machine;
	struct trials wanted;  /* as the options say, as far as there is memory */
	struct trials ready;   /* for which there is memory */
	uint32_t cycle;        /* times that all CPUs have entered VMX operation and left it */
	bool exit_chosen;      /* the monitor was told how the machine ends: */
	enum exit_action exit; /* then instead of what the options say */
};

/* Decides from the options what the run does. They may be zero until then. */
void run_begin(struct run *run);

/* Takes memory for the CPUs in machine.cpus, gives them their orders, and sends INIT to the APs. */
void run_prepare(struct run *run);

/* Takes every CPU into VMX operation, as many times as the options say. */
void run_enter(struct run *run);

/* Measures, if the options say so. */
void run_bench(struct run *run);

/* Prints the lines for people: what was found and done. */
void run_print(struct run *run);

/* Completes what the record says of the machine; waits for the clock's rate, which is part of it.
 */
void run_describe_machine(struct run *run);

/* Takes every CPU out of VMX operation. */
void run_leave(struct run *run);

/* Prints the report and the verdict, and ends the machine. */
__attribute__((noreturn)) void run_end(struct run *run);

/* The same after a panic: this CPU and the machine fail, for that reason. */
__attribute__((noreturn)) void run_end_failed(struct run *run, enum reason reason);

/* The same where printing the report has failed; count: with the count line. */
__attribute__((noreturn)) void run_end_without_report(struct run *run, enum reason reason,
                                                      bool count);

#endif
