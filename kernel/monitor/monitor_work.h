/* Runs work on the CPUs for the monitor, and prints their states. */
#ifndef KERNEL_MONITOR_WORK_H
#define KERNEL_MONITOR_WORK_H

#include "kernel/record/cpu.h"

/* Runs work on the CPUs. Returns NULL, or that some timed out; those are stopped. */
const char *monitor_work(const struct cpu_list *cpus, void (*work)(struct cpu *cpu),
                         const char *task);

/* Updates which CPUs have left VMX operation. lost: how many timed out. Returns as above. */
const char *monitor_conclude(const struct cpu_list *cpus, uint32_t lost);

/* Prints which of the CPUs are in VMX root operation, and why the others are not. */
void monitor_print_states(const struct cpu_list *cpus);

#endif
