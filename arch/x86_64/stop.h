/* Stopping CPUs for good, by NMI, and NMIs that a person sends. */
#ifndef ARCH_X86_64_STOP_H
#define ARCH_X86_64_STOP_H

#include "kernel/record/cpu.h"

#include <stdatomic.h>
#include <stdbool.h>

/* As progress, beyond enum cpu_step: the CPU may not go on, wherever it is; and does not. */
enum { STOP_WANTED = 0xFE, STOPPED = 0xFF };

/* Which CPUs there are, and how far each has come, by index; the BSP is CPU_DONE. */
void stop_prepare(const struct cpu_list *cpus, _Atomic uint8_t *progress);

/*
 * Stops a CPU: by an NMI, which takes it out of VMX operation; one that has not come far enough to
 * take it stops when it next announces its progress. Its record then changes no more.
 */
void stop_cpu(uint32_t index);

/* Waits, with a bound, for all that were sent an NMI. */
void stop_wait(void);

/* On the CPU to be stopped: leaves VMX operation and halts. */
__attribute__((noreturn)) void stop_here(void);

/*
 * In the NMI handler: stops here, if that is wanted. Else, whether the NMI was expected, by
 * arch_smp_nmi().
 */
bool stop_if_wanted(void);

#endif
