/*
 * The VMCS of the calling CPU. Every function returns the status of its instructions. None of them
 * ends the kernel, whatever the CPU or a host hypervisor does.
 */
#ifndef ARCH_X86_64_VMX_VMCS_H
#define ARCH_X86_64_VMX_VMCS_H

#include "arch/x86_64/vmx/vmcs_fields.h"
#include "arch/x86_64/vmx/vmx_instructions.h"
#include "kernel/record/cpu.h"
#include "kernel/record/vmx_names.h"

#include <stdbool.h>
#include <stddef.h>

/* Execute VMCLEAR, VMPTRLD and VMPTRST. phys is the physical address of a VMCS region. */
struct vmx_status vmcs_clear(uint64_t phys);
struct vmx_status vmcs_load(uint64_t phys);
struct vmx_status vmcs_store(uint64_t *phys);

/* Execute VMREAD and VMWRITE on the current VMCS. After a failure *value is unchanged. */
struct vmx_status vmcs_read(uint32_t field, uint64_t *value);
struct vmx_status vmcs_write(uint32_t field, uint64_t value);

/* Writes a field of the current VMCS. Returns false if VMWRITE fails, with the reason in *proof. */
bool vmcs_set(uint32_t field, uint64_t value, struct vmx_proof *proof);

struct vmcs_setting {
	uint32_t field;
	uint64_t value;
};

/* Writes count fields, up to the first that fails. Returns false then, like vmcs_set(). */
bool vmcs_set_all(const struct vmcs_setting *settings, size_t count, struct vmx_proof *proof);

/* Returns the value of a field of the current VMCS, or 0 if VMREAD fails. */
uint64_t vmcs_value(uint32_t field);

/*
 * Initializes the CPU's VMCS: all zero except the revision identifier, launch state clear, current.
 * Returns the status of the first instruction that failed.
 */
struct vmx_status vmcs_begin(struct cpu *cpu);

/*
 * Initializes the VMCS like vmcs_begin(), then checks that VMPTRST, VMWRITE and VMREAD work on it.
 * Returns false if any of them does not, with the reason in cpu->proof.
 */
bool vmcs_begin_checked(struct cpu *cpu);

/* Executes VMCLEAR on the CPU's VMCS, so that the CPU no longer caches any of it. */
struct vmx_status vmcs_end(struct cpu *cpu);

/*
 * Flushes all cached translations of guests, with INVEPT and INVVPID as far as the CPU supports
 * them. The CPU must be in VMX operation.
 */
void vmcs_invalidate_translations(const struct vmx_evidence *evidence);

#endif
