/*
 * The VMX instructions: VMXON, VMXOFF, and those that work on a VMCS. Each can fault or fail, and
 * returns how it ended instead of ending the kernel. VM entries that can succeed are in
 * guest/guest_enter.asm.
 */
#ifndef ARCH_X86_64_VMX_VMX_INSTRUCTIONS_H
#define ARCH_X86_64_VMX_VMX_INSTRUCTIONS_H

#include "arch/x86_64/recovery.h"

/*
 * Each executes the instruction of its name, and returns its raw status: decode it with
 * vmx_status_of(). CF and ZF are both set before the instruction. Otherwise an instruction that a
 * host hypervisor skips without emulating it would look like VMsucceed.
 */
raw_status_t vmxon_safe(const uint64_t *region_phys);
raw_status_t vmxoff_safe(void);
raw_status_t vmclear_safe(const uint64_t *vmcs_phys);
raw_status_t vmptrld_safe(const uint64_t *vmcs_phys);
raw_status_t vmptrst_safe(uint64_t *vmcs_phys);
raw_status_t vmread_safe(uint64_t field, uint64_t *value);
raw_status_t vmwrite_safe(uint64_t field, uint64_t value);
raw_status_t vmlaunch_safe(void); /* VMLAUNCH and VMRESUME: only where VM entry must fail */
raw_status_t vmresume_safe(void);
raw_status_t vmlaunch_after_mov_ss(void);
raw_status_t vmresume_after_mov_ss(void);
raw_status_t vmcall_safe(void);
raw_status_t invept_safe(uint64_t type, const uint64_t descriptor[2]);
raw_status_t invvpid_safe(uint64_t type, const uint64_t descriptor[2]);

/*
 * Decodes the raw status of one of these functions. After VMfailValid it reads the error number
 * from the current VMCS, so call it before the next VMX instruction.
 */
struct vmx_status vmx_status_of(raw_status_t raw);

#endif
