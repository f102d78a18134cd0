/* Records of CPUs for tests, as a run on real ones would have left them. */
#ifndef TESTS_UNIT_CPUS_H
#define TESTS_UNIT_CPUS_H

#include "kernel/report/report.h"
#include "tests/unit/unit.h"

/* A list of count CPUs, all of which have entered VMX root operation; APIC IDs are 2 * index. */
struct cpu_list cpus_entered(uint32_t count);

/* The machine with these CPUs. */
struct machine cpus_machine(uint32_t count);

/* Makes the CPU one whose guest failed, for reason. */
void cpus_fail_proof(struct cpu *cpu, enum reason reason);

/* Makes the CPU one that has that reason: a guest that failed, or else stopped before VMXON. */
void cpus_stop(struct cpu *cpu, enum reason reason);

/* Makes the CPU one that never gave a sign of life. */
void cpus_silence(struct cpu *cpu);

/* What a function of kernel/report/report.h prints of the machine. */
const char *cpus_printed(void (*print)(const struct machine *machine, struct text *to),
                         const struct machine *machine);

/* The lines for people; and whether some part is in them. */
const char *cpus_story(const struct machine *machine);
void cpus_assert_told(const struct machine *machine, const char *part);
void cpus_assert_not_told(const struct machine *machine, const char *part);

#endif
