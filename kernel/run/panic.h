/* The end when the kernel itself fails. */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include "kernel/record/reason.h"

#include <stdbool.h>

/* How the run ends after a panic. Neither function returns. */
struct panic_ending {
	/* Prints the report with an ERROR verdict. */
	void (*with_report)(enum reason reason);
	/* Prints the ERROR verdict after an empty report, and before it, if count, the count line.
	 */
	void (*without_report)(enum reason reason, bool count);
};

/* Sets how a panic ends. Call it before anything that can panic. */
void panic_prepare(const struct panic_ending *how);

/*
 * Takes the machine over for the last lines of the log, on the CPU that calls it: all others are
 * stopped and taken out of VMX operation first. Another caller is stopped for good; the same one
 * may come back twice, if the report fails, too. Follow it with the lines and panic_end.
 */
void panic_begin(void);

/* The verdict, and the end of the machine as the command line wants it. */
__attribute__((noreturn)) void panic_end(enum reason reason);

/* Something that cannot be: says what, and ends. */
__attribute__((noreturn)) void panic(const char *what);

#endif
