/*
 * How long a round trip takes, from the host into the guest and back, in ticks of the time-stamp
 * counter. Plain facts, filled under arch/; printing them is pure.
 */
#ifndef KERNEL_BENCH_H
#define KERNEL_BENCH_H

#include "kernel/lib/text.h"

#include <stdbool.h>

enum bench_exit { BENCH_VMCALL, BENCH_CPUID, BENCH_HLT, BENCH_EPT_VIOLATION, BENCH_EXITS };

/* What the other CPUs do meanwhile: nothing, or the same. */
enum bench_mode { BENCH_ALONE, BENCH_TOGETHER, BENCH_MODES };

struct bench_ticks {
	uint32_t minimum; /* 0: not measured */
	uint32_t median;
	uint32_t p99; /* 99 of 100 round trips take no longer */
};

struct vmx_bench {
	struct bench_ticks ticks[BENCH_MODES][BENCH_EXITS];
};

/* As the report's lines name them. */
extern const char *const bench_exit_keys[BENCH_EXITS];
extern const char *const bench_mode_names[BENCH_MODES];

struct cpu_list;

/* Makes a summary of samples, which it sorts; there is at least one. */
struct bench_ticks bench_summarize(uint32_t *samples, unsigned count);

struct cpu;

/* Whether every kind of exit that all CPUs have was measured, alone and together. */
bool bench_is_whole(const struct cpu *cpu);

/* A table for people, and the report's lines. */
void bench_print(const struct cpu_list *cpus, struct text *to);
void bench_report(const struct cpu_list *cpus, struct text *to);

#endif
