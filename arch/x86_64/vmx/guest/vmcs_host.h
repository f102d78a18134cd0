/* The host-state area of the current VMCS: the state that a VM exit loads. */
#ifndef ARCH_X86_64_VMX_VMCS_HOST_H
#define ARCH_X86_64_VMX_VMCS_HOST_H

#include "kernel/record/cpu.h"

/*
 * Writes the host state: a VM exit restores this CPU's present state and continues at rip. Leaves
 * HOST_RSP to guest_enter(). Returns false if a VMWRITE fails, with the reason in *proof.
 */
bool vmcs_set_host(uint64_t rip, const struct vmx_evidence *evidence, struct vmx_proof *proof);

#endif
