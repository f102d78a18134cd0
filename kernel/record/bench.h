/*
 * How long a round trip from the host into the guest and back takes, in ticks of the time-stamp
 * counter. The code under arch/ measures; this summarizes and prints. Pure.
 */
#ifndef KERNEL_BENCH_H
#define KERNEL_BENCH_H

#include "kernel/lib/text.h"

#include <stdbool.h>

enum bench_exit { BENCH_VMCALL, BENCH_CPUID, BENCH_HLT, BENCH_EPT_VIOLATION, BENCH_EXITS };

/* What the other CPUs do at the same time: nothing, or the same measurement. */
enum bench_mode { BENCH_ALONE, BENCH_TOGETHER, BENCH_MODES };

struct bench_ticks {
	uint32_t minimum; /* 0: not measured */
	uint32_t median;
	uint32_t p99; /* 99 of 100 round trips take no longer */
};

struct vmx_bench {
	struct bench_ticks ticks[BENCH_MODES][BENCH_EXITS];
};

/* The names in the report's lines: a contract with the programs that read them. */
extern const char *const bench_exit_keys[BENCH_EXITS];
extern const char *const bench_mode_names[BENCH_MODES];

struct cpu_list;

/* Summarizes at least one sample. Sorts the samples. */
struct bench_ticks bench_summarize(uint32_t *samples, unsigned count);

struct cpu;

/* Returns whether every kind of exit that each CPU with VMX has was measured in both modes. */
bool bench_is_whole(const struct cpu *cpu);

/* Print a table for people, and the report's lines. */
void bench_print(const struct cpu_list *cpus, struct text *to);
void bench_report(const struct cpu_list *cpus, struct text *to);

#endif
