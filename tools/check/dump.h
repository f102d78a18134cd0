/*
 * Parses dumps: the results of CPUID and RDMSR on each CPU, as text. CPUID lines have the format of
 * cpuid -r, in which many collections are published. The format of MSR lines is our own: see
 * rootmode-check(1).
 */
#ifndef CHECK_DUMP_H
#define CHECK_DUMP_H

#include "arch/x86_64/vmx/survey.h"
#include "kernel/lib/bytes.h"

#include <stdio.h>

void dump_write_head(FILE *file);
void dump_write_cpu(FILE *file, uint32_t number);
void dump_write_cpuid(FILE *file, uint32_t leaf, uint32_t subleaf, struct cpuid answer);
void dump_write_msr(FILE *file, uint32_t msr, const struct msr_reading *reading);

struct dump_entry {
	bool is_msr;
	uint32_t leaf; /* or the MSR */
	uint32_t subleaf;
	struct cpuid cpuid;
	struct msr_reading msr;
};

struct dump_cpu {
	uint32_t number;
	uint32_t first; /* of its entries */
	uint32_t count;
};

struct dump {
	struct dump_cpu *cpus;
	struct dump_entry *entries;
	uint32_t cpu_count;
	uint32_t entry_count;
};

/*
 * Returns whether the first line that is neither empty nor a comment is "CPU:" or "CPU NUMBER:", so
 * that an error in a later line is worth reporting. AIDA64's dumps, cpuid without -r, and inxi may
 * have such a line, too, but then another one after it.
 */
bool dump_begins(struct bytes text);

/* Parses text. Returns NULL, or what is wrong in line *line. */
const char *dump_read(struct bytes text, struct dump *dump, uint32_t *line);
void dump_free(struct dump *dump);

/* A source that answers from one CPU of a dump. What the dump lacks stays unread. */
struct dump_source {
	struct survey_source source;
	const struct dump *dump;
	const struct dump_cpu *cpu;
};

/*
 * Returns whether the dump of this CPU has no CPUID, but a value that only a CPU with VMX has: an
 * IA32_VMX_BASIC that is not 0, or an IA32_FEATURE_CONTROL that enables VMX. Its source then
 * answers CPUID leaf 1 with the VMX bit and nothing else.
 */
bool dump_implies_vmx(struct survey_source *source);

/* Returns whether the dump of this CPU has subleaf 0 of a CPUID leaf. */
bool dump_has_leaf(struct survey_source *source, uint32_t leaf);

struct dump_source dump_source(const struct dump *dump, uint32_t cpu);

#endif
