/* The run as a whole: what main.c has found, and how it ends. */
#ifndef KERNEL_RUN_H
#define KERNEL_RUN_H

#include "kernel/record/verdict.h"

#include <stdbool.h>

/* The report and an ERROR verdict, then the end of the machine. For a panic, which came before. */
__attribute__((noreturn)) void run_end_with_error(enum reason reason);

/* The ERROR verdict behind an empty report, where no other can be had; count: with the count line.
 */
__attribute__((noreturn)) void run_end_without_report(enum reason reason, bool count);

#endif
