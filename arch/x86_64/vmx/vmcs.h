/*
 * The instructions that work on a VMCS, on the CPU that executes this; each says how it ended. None
 * ends the kernel, whatever the CPU or a hypervisor underneath makes of it.
 */
#ifndef ARCH_X86_64_VMX_VMCS_H
#define ARCH_X86_64_VMX_VMCS_H

#include "arch/x86_64/vmx/vmcs_fields.h"
#include "arch/x86_64/vmx/vmx_instructions.h"
#include "kernel/record/cpu.h"
#include "kernel/record/vmx_names.h"

#include <stdbool.h>
#include <stddef.h>

/* VMCLEAR, VMPTRLD, VMPTRST */
struct vmx_status vmcs_clear(uint64_t phys);
struct vmx_status vmcs_load(uint64_t phys);
struct vmx_status vmcs_store(uint64_t *phys);

/* VMREAD and VMWRITE of the current VMCS. */
struct vmx_status vmcs_read(uint32_t field, uint64_t *value);
struct vmx_status vmcs_write(uint32_t field, uint64_t value);

/* VMWRITE; false, with the reason in *proof, if it fails. */
bool vmcs_set(uint32_t field, uint64_t value, struct vmx_proof *proof);

struct vmcs_setting {
	uint32_t field;
	uint64_t value;
};

bool vmcs_set_all(const struct vmcs_setting *settings, size_t count, struct vmx_proof *proof);

/* A field's value; 0 where there is none to be had. */
uint64_t vmcs_value(uint32_t field);

/* Makes the CPU's VMCS, all zero but for its revision identifier, clear and then current. */
struct vmx_status vmcs_begin(struct cpu *cpu);

/*
 * The same, and sees that VMPTRST, VMWRITE and VMREAD do on it what they must. False if anything
 * does not, with the reason in cpu->proof.
 */
bool vmcs_begin_checked(struct cpu *cpu);

/* Makes it clear again, so that nothing of it is left in the CPU. */
struct vmx_status vmcs_end(struct cpu *cpu);

/* Drops what the CPU may have kept of translations for guests, as far as it can be told to. */
void vmcs_invalidate_translations(const struct vmx_evidence *evidence);

#endif
