/*
 * Ends the run when the kernel itself fails. Even then the log ends with a report and a verdict,
 * since a program that waits for them at the other end of the serial port cannot see a hang.
 */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include "kernel/record/cpu.h"

#include <stdbool.h>

/* What a panic stops, and how the run ends then. Neither function returns. */
struct panic_ending {
	const struct cpu_list *cpus; /* empty until the CPUs are known */
	/* Prints the report with an ERROR verdict. */
	void (*with_report)(enum reason reason);
	/* Prints an empty report and the ERROR verdict; if count, the count line before them. */
	void (*without_report)(enum reason reason, bool count);
};

/* Sets how a panic ends. Call it before anything that can panic. */
void panic_prepare(const struct panic_ending *how);

/*
 * Makes the calling CPU the only one that runs and writes to the log: stops all others and takes
 * them out of VMX operation. If another CPU already panics, the caller halts. The same CPU may
 * call it up to three times, because the report may fail, too. Print lines next, then call
 * panic_end.
 */
void panic_begin(void);

/* Prints the verdict and ends the machine as the command line says. */
__attribute__((noreturn)) void panic_end(enum reason reason);

#endif
