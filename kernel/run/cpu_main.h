/*
 * What every CPU does to enter VMX operation, at boot and later. Each function acts on the CPU that
 * executes it and writes only to that CPU's record, so CPUs need no locks and do not wait for each
 * other. Enabling VMX is per CPU: SDM vol. 3C 31.8.1 "Initialization".
 */
#ifndef KERNEL_CPU_MAIN_H
#define KERNEL_CPU_MAIN_H

#include "kernel/record/cpu.h"

/* Carries out cpu->orders: cpu_enter(), then cpu_finish(). An AP starts here. */
void cpu_main(struct cpu *cpu);

/*
 * Enters VMX root operation, unless the CPU is already in it: reads the evidence, makes a plan, and
 * carries it out. If the CPU has entered before, it keeps its evidence and plan.
 */
void cpu_enter(struct cpu *cpu);

/* Runs the guests if ordered, and announces CPU_DONE. */
void cpu_finish(struct cpu *cpu);

/* Runs the guests, if in VMX root operation. Replaces an earlier proof, but keeps its count. */
void cpu_prove(struct cpu *cpu);

/* Leaves VMX root operation, enters it again, and tests the VMX instructions on the way. */
void cpu_selftest(struct cpu *cpu);

#endif
