/*
 * A VMCS that migrates from one CPU to another. The first AP launches it and clears it, and the BSP
 * uses it later: SDM vol. 3C 24.11.1 "Software Use of Virtual-Machine Control Structures". The AP
 * waits for nobody, and the BSP only while any CPU makes progress.
 */
#ifndef ARCH_X86_64_VMX_SELFTEST_HANDOVER_H
#define ARCH_X86_64_VMX_SELFTEST_HANDOVER_H

#include "kernel/record/cpu.h"

/* Sets the number of CPUs that run the self-test. */
void selftest_handover_prepare(uint32_t cpus);

/*
 * On the first AP that calls this, runs a guest to its first exit, writes the region's address to
 * GUEST_RSP, and clears the VMCS. The calling CPU's own VMCS is no longer current.
 */
void selftest_handover_give(struct cpu *cpu);

/* Returns true on the BSP if an AP has given the VMCS. Waits for that. */
bool selftest_handover_take(const struct cpu *cpu);

/* Enters the guest of the current VMCS on this CPU: the host state must be that of this CPU. */
struct vmx_status selftest_handover_run(struct cpu *cpu);

#endif
