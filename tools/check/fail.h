/* Ends the program when it cannot continue. */
#ifndef CHECK_FAIL_H
#define CHECK_FAIL_H

/* The exit statuses that do not come from a verdict. */
enum { STATUS_UNMET = 1, STATUS_USAGE = 2, STATUS_NO_VERDICT = 3 };

/* Prints "rootmode-check: ..." to the standard error and exits with status. */
__attribute__((noreturn, format(printf, 2, 3))) void fail(int status, const char *format, ...);

/* Like calloc(), but never returns NULL: ends the program instead. */
void *allocate(unsigned long count, unsigned long size);

#endif
