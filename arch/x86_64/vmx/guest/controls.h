/*
 * The VM-execution, VM-exit and VM-entry controls, whose bits are in vmx_numbers.h: what a CPU
 * allows, and a value that it accepts. Pure.
 */
#ifndef ARCH_X86_64_VMX_CONTROLS_H
#define ARCH_X86_64_VMX_CONTROLS_H

#include "arch/x86_64/vmx/vmx_numbers.h"
#include "kernel/record/vmx_record.h"

enum controls_field {
	CONTROLS_PIN,
	CONTROLS_PRIMARY,
	CONTROLS_EXIT,
	CONTROLS_ENTRY,
	CONTROLS_SECONDARY, /* not on every CPU */
	CONTROLS_COUNT,
};

/* Where in the VMCS it is. */
uint32_t controls_vmcs_field(enum controls_field field);

/*
 * The MSR that says what a CPU allows in field: bits that are 1 in its lower half must be 1, bits
 * that are 0 in its upper half must be 0.
 */
uint32_t controls_msr(enum controls_field field, bool true_controls);

/*
 * The value for a field of which the controls wanted are to be 1 and those that this kernel knows
 * to be 0; all others take their default. *denied gets those wanted that the CPU does not allow.
 */
uint32_t controls_settle(enum controls_field field, uint64_t allowed, uint32_t wanted,
                         uint32_t *denied);

/* What a CPU with this evidence allows in field; nothing, where it does not have the field. */
uint64_t controls_allowed(enum controls_field field, const struct vmx_evidence *evidence);

/* Whether it allows that any of these controls is 1. */
bool controls_allow(enum controls_field field, uint32_t control,
                    const struct vmx_evidence *evidence);

/* Whether VM entries and VM exits load IA32_EFER; if not, a guest has the host's, but for LMA. */
bool controls_efer(const struct vmx_evidence *evidence);

/* Whether a guest can have EPT, and whether it can begin in real mode. */
bool controls_ept(const struct vmx_evidence *evidence);
bool controls_real_mode(const struct vmx_evidence *evidence);

/* The EPT pointer for tables at root_phys, walked in the memory type that the CPU offers. */
uint64_t controls_ept_pointer(const struct vmx_evidence *evidence, uint64_t root_phys);

#endif
