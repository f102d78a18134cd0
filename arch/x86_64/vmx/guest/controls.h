/*
 * The VM-execution, VM-exit and VM-entry controls: what a CPU allows, and which value to write. The
 * bits are in vmx_numbers.h. Pure.
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
	CONTROLS_SECONDARY, /* only where PRIMARY_SECONDARY is allowed */
	CONTROLS_COUNT,
};

/* Returns the encoding of the control field in the VMCS. */
uint32_t controls_vmcs_field(enum controls_field field);

/*
 * Returns the number of the capability MSR of a field. A bit that is 1 in its lower half must be 1
 * in the field, a bit that is 0 in its upper half must be 0. true_controls: the CPU has the TRUE
 * MSRs.
 */
uint32_t controls_msr(enum controls_field field, bool true_controls);

/*
 * Returns the value to write to a field. Every control bit is clear except those wanted, those that
 * must be 1, and the default1 bits; of the default1 bits only those whose meaning this kernel knows
 * are clear. Stores in *denied the bits that are wanted, or must be 1, and that the CPU does not
 * allow.
 */
uint32_t controls_settle(enum controls_field field, uint64_t allowed, uint32_t wanted,
                         uint32_t *denied);

/* Returns the value of the field's capability MSR; 0, which allows no bit, if the CPU lacks it. */
uint64_t controls_allowed(enum controls_field field, const struct vmx_evidence *evidence);

/* Returns true if the CPU allows at least one of these control bits to be 1. */
bool controls_allow(enum controls_field field, uint32_t control,
                    const struct vmx_evidence *evidence);

/*
 * Returns true if both VM entry and VM exit can load IA32_EFER. If not, a guest runs with the
 * host's IA32_EFER, except for LMA and LME, which VM entry sets from the IA-32e mode guest control.
 */
bool controls_efer(const struct vmx_evidence *evidence);

/* Return true if a guest can run with EPT, and if it can also start in real mode. */
bool controls_ept(const struct vmx_evidence *evidence);
bool controls_real_mode(const struct vmx_evidence *evidence);

/*
 * Returns the EPT pointer for 4-level tables at root_phys, with a memory type that the CPU
 * supports.
 */
uint64_t controls_ept_pointer(const struct vmx_evidence *evidence, uint64_t root_phys);

#endif
