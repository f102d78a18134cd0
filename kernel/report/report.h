/*
 * Prints the REPORT block, the count line and the verdict, as docs/serial-log.md defines them.
 * Pure: from the records to lines of text.
 */
#ifndef KERNEL_REPORT_H
#define KERNEL_REPORT_H

#include "kernel/record/machine.h"
#include "kernel/lib/text.h"

/* After a panic: gives each CPU that had not finished the reason REASON_NOT_FINISHED. */
void report_mark_unfinished(const struct machine *machine);

/* Prints the number of CPUs in VMX root operation. */
void report_print_count(const struct machine *machine, struct text *to);

/* Prints the block for programs: REPORT, its lines, END with the CRC. */
void report_print(const struct machine *machine, struct text *to);

/*
 * The same at the end of a log; text_crc is the CRC of the lines before it, or stands for it. The
 * lines go to dropped first, to be counted; NULL: nowhere.
 */
void report_print_end(const struct machine *machine, const char *text_crc, struct text *dropped,
                      struct text *to);

/* How much of the report to print: each includes those before it. */
enum report_detail { REPORT_MACHINE, REPORT_CPUS, REPORT_MSRS, REPORT_ALL };

/*
 * Prints a block with only a part of the lines. If lines are left out, the last one is "omitted"
 * and their number. The block states its own number of lines and CRC.
 */
void report_print_part(const struct machine *machine, enum report_detail detail, struct text *to);

/* Prints "RESULT: ", the verdict and its reasons. */
void report_print_result(const struct machine *machine, struct text *to);

#endif
