/* The VM-execution, VM-entry and VM-exit controls of the current VMCS. */
#ifndef ARCH_X86_64_VMX_VMCS_CONTROLS_H
#define ARCH_X86_64_VMX_VMCS_CONTROLS_H

#include "arch/x86_64/vmx/guest/controls.h"
#include "kernel/record/cpu.h"

/*
 * Writes a control field with the given controls set to 1 and the others to their defaults. Returns
 * false if the CPU does not allow one of them or VMWRITE fails, with the reason in cpu->proof.
 */
bool vmcs_require(enum controls_field field, uint32_t controls, struct cpu *cpu);

#endif
