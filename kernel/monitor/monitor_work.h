/* Having the CPUs work for the monitor, and showing what state they are in then. */
#ifndef KERNEL_MONITOR_WORK_H
#define KERNEL_MONITOR_WORK_H

#include "kernel/record/cpu.h"

/* Has work done on the CPUs. NULL, or that some did not answer; these are lost then. */
const char *monitor_work(const struct cpu_list *cpus, void (*work)(struct cpu *cpu),
                         const char *task);

/* Notes which CPUs have left VMX operation; lost is how many did not come back. Returns as above.
 */
const char *monitor_conclude(const struct cpu_list *cpus, uint32_t lost);

/* Prints which of the CPUs are in VMX root operation, and why not. */
void monitor_print_states(const struct cpu_list *cpus);

#endif
