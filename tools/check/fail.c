#include "tools/check/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void fail(int status, const char *format, ...)
{
	va_list list;

	fprintf(stderr, "rootmode-check: ");
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fprintf(stderr, "\n");
	exit(status);
}

void *allocate(unsigned long count, unsigned long size)
{
	void *at = calloc(count != 0 ? count : 1, size);

	if (at == NULL)
		fail(STATUS_NO_VERDICT, "out of memory");
	return at;
}
