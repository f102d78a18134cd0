/* The host-state area of the current VMCS: where VM exits come back to. */
#ifndef ARCH_X86_64_VMX_VMCS_HOST_H
#define ARCH_X86_64_VMX_VMCS_HOST_H

#include "kernel/record/cpu.h"

/*
 * Writes the host state: VM exits come back to this CPU as it is now, at rip. RSP is written by
 * guest_enter. False, with the reason in *proof, if a VMWRITE fails.
 */
bool vmcs_set_host(uint64_t rip, const struct vmx_evidence *evidence, struct vmx_proof *proof);

#endif
