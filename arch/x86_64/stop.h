/*
 * Stops CPUs for good, by NMI, and sends the NMIs that a person asks for. An NMI is used because it
 * reaches a CPU with interrupts disabled, and one that is in a guest.
 */
#ifndef ARCH_X86_64_STOP_H
#define ARCH_X86_64_STOP_H

#include "kernel/record/cpu.h"

#include <stdatomic.h>
#include <stdbool.h>

/* Values of progress above enum cpu_step: the CPU was asked to stop; the CPU has stopped. */
enum { STOP_WANTED = 0xFE, STOPPED = 0xFF };

/* Sets the progress bytes of the CPUs, by index; the BSP's is CPU_DONE. No CPU stops before. */
void stop_prepare(_Atomic uint8_t *progress);

/*
 * Asks a CPU to stop, by an NMI, whose handler leaves VMX operation. A CPU that has no NMI handler
 * yet stops when it next announces its progress. Does not wait: see stop_wait().
 */
void stop_cpu(const struct cpu *cpu);

/* Waits at most 100 ms until all CPUs of the list that were sent an NMI have stopped. */
void stop_wait(const struct cpu_list *cpus);

/* Leaves VMX operation on the calling CPU and halts it. */
__attribute__((noreturn)) void stop_here(void);

/*
 * Called by the NMI handler. Stops the calling CPU if it was asked to stop. Otherwise returns true
 * if arch_smp_nmi() sent this NMI.
 */
bool stop_if_wanted(void);

#endif
