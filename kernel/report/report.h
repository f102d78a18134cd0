/*
 * What is told of the CPUs, for people and for machines: docs/serial-log.md. Pure: from the records
 * to lines of text.
 */
#ifndef KERNEL_REPORT_H
#define KERNEL_REPORT_H

#include "kernel/record/machine.h"
#include "kernel/lib/text.h"

/* After a failure of the kernel's: gives those CPUs a reason that it has kept from finishing. */
void report_mark_unfinished(const struct machine *machine);

/* The line that says how many CPUs are in VMX root operation. */
void report_print_count(const struct machine *machine, struct text *to);

/* The block for machines: REPORT, its lines, END with the CRC. */
void report_print(const struct machine *machine, struct text *to);

/* "RESULT: " and what follows it. */
void report_print_result(const struct machine *machine, struct text *to);

#endif
