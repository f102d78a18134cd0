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

bool refuse(struct refusal *refusal, int status, const char *format, ...)
{
	va_list list;

	refusal->status = status;
	va_start(list, format);
	vsnprintf(refusal->text, sizeof(refusal->text), format, list);
	va_end(list);
	return false;
}

void *allocate(unsigned long count, unsigned long size)
{
	void *at = calloc(count != 0 ? count : 1, size);

	if (at == NULL)
		fail(STATUS_NO_VERDICT, "out of memory");
	return at;
}
