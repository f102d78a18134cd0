/*
 * The log of a unit test: log_line() adds each line to *lines, "scope: " and the text; nothing is
 * printed later. Each test program includes it once.
 */
#ifndef TESTS_UNIT_LOG_LINES_H
#define TESTS_UNIT_LOG_LINES_H

#include "kernel/console/log.h"
#include "tests/unit/unit.h"

static struct unit_capture *lines;

void log_line(const char *scope, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	text_print(&lines->text, "%s: ", scope);
	text_print_list(&lines->text, format, list);
	lines->text.put(&lines->text, '\n');
	va_end(list);
}

void log_later(void (*print)(const void *facts), const void *facts, size_t size)
{
	(void)size;
	print(facts);
}

#endif
