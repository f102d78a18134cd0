/*
 * A terminal in which somebody runs rdmsr of msr-tools: it prints only the value, so the command
 * above it says which MSR that is. Pure; the bytes are not trusted.
 */
#ifndef CHECK_RDMSR_H
#define CHECK_RDMSR_H

#include "tools/check/dump.h"
#include "tools/check/line_words.h"

enum { RDMSR_MAX = 64 };

/* The MSRs whose values are expected below, each on a line of its own. */
struct rdmsr {
	uint32_t msr[RDMSR_MAX];
	unsigned count;
	unsigned at;
	uint32_t cpu;
	bool all;     /* the values are of CPU 0, 1, ... */
	bool decimal; /* not hexadecimal */
};

/*
 * Reads a command such as "# rdmsr -p 1 0x480", a loop of it over MSRs, or a line with nothing but
 * the number of an MSR. Returns false, and expects no more values, if the line is none of these.
 */
bool rdmsr_command(const struct words *words, struct rdmsr *rdmsr);

/* Reads a line with a value that is expected, or with the error that there is none. */
bool rdmsr_result(const struct words *words, struct rdmsr *rdmsr, uint32_t *cpu,
                  struct dump_entry *entry);

#endif
