/* Recognizes the lines of a log, after tools/check/clean.h. Pure; the bytes are not trusted. */
#ifndef CHECK_LOG_LINE_H
#define CHECK_LOG_LINE_H

#include "kernel/lib/bytes.h"

#include <stdbool.h>
#include <stdint.h>

/* A line for people: "[    0.000631] cpu 0: sentence". */
struct log_line {
	struct bytes time; /* "0.000631" */
	uint64_t time_us;
	struct bytes scope;
	struct bytes sentence;
};

/* Splits a line. Returns false if it is not for people. */
bool log_line_split(struct bytes text, struct log_line *line);

/* Returns whether text begins with a time stamp of the kernel, "[    0.000631] ". */
bool log_line_is_stamped(struct bytes text);

/* Returns whether it is the first line of a boot. */
bool log_line_is_first(const struct log_line *line);

/* Reads "N of M CPUs in VMX root operation". */
bool log_line_count(const struct log_line *line, uint64_t *in_vmx, uint64_t *of);

/* Sets *list to the CPUs that the line is about, such as "0-3"; returns false if about none. */
bool log_line_cpus(const struct log_line *line, struct bytes *list);

#endif
