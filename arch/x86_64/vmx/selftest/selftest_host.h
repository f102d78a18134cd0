/*
 * VM entries with an invalid host state. A host hypervisor that accepts one loads that state at the
 * next VM exit. This file restores what can be restored. The rest may stop the CPU or reset the
 * machine, so one AP tries these entries first, the BSP logs each before it is tried, and the other
 * CPUs follow only after that AP came back from all of them.
 */
#ifndef ARCH_X86_64_VMX_SELFTEST_HOST_H
#define ARCH_X86_64_VMX_SELFTEST_HOST_H

#include "kernel/record/selftest.h"

/* The registers that a VM exit loads from the host state, as they must be. */
struct selftest_host {
	uint64_t cr0, cr3, cr4, efer;
	uint64_t fs_base, gs_base;
	uint64_t sysenter_esp, sysenter_eip, pat;
};

/* Sets the number of CPUs that run the self-test. */
void selftest_host_prepare(uint32_t cpus);

/* Returns the registers of the calling CPU. */
struct selftest_host selftest_host_read(void);

/* Returns true if the calling CPU may try these entries. Waits for the first AP to have done so. */
bool selftest_host_begin(const struct cpu *cpu, struct selftest_host *host);

/* Waits until the log has the name of the next entry, if this CPU is the first to try it. */
void selftest_host_announce(const struct cpu *cpu, const char *name);

/* Restores the registers, the code segment and the task register after an entry was accepted. */
void selftest_host_restore(const struct selftest_host *host);

/* Allows the other CPUs to follow. */
void selftest_host_end(void);

#endif
