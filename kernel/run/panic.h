/* The end when the kernel itself fails. */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include "kernel/record/verdict.h"

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
