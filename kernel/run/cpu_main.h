/*
 * What every CPU does on its way into VMX operation, at start and later. Each function works on the
 * CPU that executes it and writes to that CPU's record alone; no CPU waits for another.
 */
#ifndef KERNEL_CPU_MAIN_H
#define KERNEL_CPU_MAIN_H

#include "kernel/record/cpu.h"

/* All of it, as cpu->orders says: cpu_enter() and cpu_finish(). An AP starts here. */
void cpu_main(struct cpu *cpu);

/*
 * Enters VMX root operation, unless the CPU is in it: reads the evidence, plans, and carries the
 * plan out. A CPU that has entered before keeps its evidence and plan, and only enters again.
 */
void cpu_enter(struct cpu *cpu);

/* Runs the guests if they are ordered, and announces CPU_DONE. */
void cpu_finish(struct cpu *cpu);

/* Runs guests on a CPU in VMX root operation. Of an earlier proof only its count is kept. */
void cpu_prove(struct cpu *cpu);

/* Leaves VMX root operation, enters again, and tries the VMX instructions on the way. */
void cpu_selftest(struct cpu *cpu);

#endif
