/*
 * A run: what it finds, what it decides from the options, and its phases, which take all CPUs into
 * VMX operation and out again. The BSP calls these functions, in this order.
 */
#ifndef KERNEL_RUN_H
#define KERNEL_RUN_H

#include "kernel/record/machine.h"
#include "kernel/run/trials.h"
#include "kernel/tables/options.h"

struct run {
	const struct options *options; /* the command line, parsed */
	struct machine machine;
	struct trials wanted;  /* by the options; none if memory is short */
	struct trials ready;   /* those whose memory is allocated */
	uint32_t cycles;       /* completed by all CPUs */
	bool exit_chosen;      /* the monitor chose how the machine ends: */
	enum exit_action exit; /* this replaces the option exit= */
};

/* Decides from the parsed options what the run does. */
void run_begin(struct run *run);

/* Allocates memory for the CPUs in machine.cpus, sets their orders, and sends INIT to the APs. */
void run_prepare(struct run *run);

/* Takes every CPU into VMX operation, as many times as the options say. */
void run_enter(struct run *run);

/* Runs the bench, if ordered. */
void run_bench(struct run *run);

/* Prints the lines for people: what was found and done. */
void run_print(struct run *run);

/* Completes the record of the machine. Waits for the TSC rate, which is part of it. */
void run_complete_record(struct run *run);

/* Takes every CPU out of VMX operation. */
void run_leave(struct run *run);

/* Prints the report and the verdict, and ends the machine. */
__attribute__((noreturn)) void run_end(struct run *run);

/* Like run_end(), after a panic: this CPU and the machine fail with this reason. */
__attribute__((noreturn)) void run_end_after_panic(struct run *run, enum reason reason);

/* Like run_end(), if printing the report failed. count: print the count line. */
__attribute__((noreturn)) void run_end_without_report(struct run *run, enum reason reason,
                                                      bool count);

#endif
