/* The controls that a guest of ours runs under, in the current VMCS. */
#ifndef ARCH_X86_64_VMX_GUEST_CONTROLS_H
#define ARCH_X86_64_VMX_GUEST_CONTROLS_H

#include "arch/x86_64/vmx/guest.h"

/* Writes all of them; false, with the reason in cpu->proof, if the CPU does not allow one. */
bool guest_controls_write(const struct guest *guest, struct cpu *cpu);

/* Whether VM entries and VM exits load IA32_EFER; if not, a guest has the host's, but for LMA. */
bool guest_controls_efer(const struct vmx_evidence *evidence);

#endif
