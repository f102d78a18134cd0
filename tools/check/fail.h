/* Ends the program when it cannot continue, or refuses one of many inputs. */
#ifndef CHECK_FAIL_H
#define CHECK_FAIL_H

#include <stdbool.h>

/* The exit statuses that do not come from a verdict. */
enum { STATUS_UNMET = 1, STATUS_USAGE = 2, STATUS_NO_VERDICT = 3 };

/* Prints "rootmode-check: ..." to the standard error and exits with status. */
__attribute__((noreturn, format(printf, 2, 3))) void fail(int status, const char *format, ...);

/* Why an input is refused, and the exit status for it. */
struct refusal {
	int status;
	char text[512];
};

/* Fills it. Returns false, for the caller to return. */
__attribute__((format(printf, 3, 4))) bool refuse(struct refusal *refusal, int status,
                                                  const char *format, ...);

/* Like calloc(), but never returns NULL: ends the program instead. */
void *allocate(unsigned long count, unsigned long size);

#endif
