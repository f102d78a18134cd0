/* The VM-execution, entry and exit controls of the current VMCS. */
#ifndef ARCH_X86_64_VMX_VMCS_CONTROLS_H
#define ARCH_X86_64_VMX_VMCS_CONTROLS_H

#include "arch/x86_64/vmx/guest/controls.h"
#include "kernel/record/cpu.h"

/*
 * Writes the control field with those controls 1, among others. False if the CPU does not allow
 * one, with the reason in cpu->proof.
 */
bool vmcs_require(enum controls_field field, uint32_t controls, struct cpu *cpu);

#endif
