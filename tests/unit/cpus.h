/* Records of CPUs for tests, as a run on real CPUs would leave them. */
#ifndef TESTS_UNIT_CPUS_H
#define TESTS_UNIT_CPUS_H

#include "kernel/report/report.h"
#include "tests/unit/unit.h"

/* Returns a list of count CPUs in VMX root operation, with APIC IDs 2 * index. */
struct cpu_list cpus_entered(uint32_t count);

/* Returns a machine with count such CPUs. */
struct machine cpus_machine(uint32_t count);

/* Makes the CPU one whose guest failed for this reason. */
void cpus_fail_proof(struct cpu *cpu, enum reason reason);

/* Makes the CPU one with this reason: its guest failed, or it stopped before VMXON. */
void cpus_stop(struct cpu *cpu, enum reason reason);

/* Makes the CPU one that did not start after INIT-SIPI-SIPI. */
void cpus_silence(struct cpu *cpu);

/* Returns what a function of kernel/report/report.h prints for the machine. */
const char *cpus_printed(void (*print)(const struct machine *machine, struct text *to),
                         const struct machine *machine);

/* The lines for people; and whether some part is in them. */
const char *cpus_story(const struct machine *machine);
void cpus_assert_told(const struct machine *machine, const char *part);
void cpus_assert_not_told(const struct machine *machine, const char *part);

#endif
