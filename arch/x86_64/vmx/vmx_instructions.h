/*
 * The VMX instructions: VMXON, VMXOFF, and those on a VMCS. Each may fault or fail, and returns how
 * it ended; none ends the kernel. VM entries that may succeed are in guest/guest_enter.asm.
 */
#ifndef ARCH_X86_64_VMX_VMX_INSTRUCTIONS_H
#define ARCH_X86_64_VMX_VMX_INSTRUCTIONS_H

#include "arch/x86_64/recovery.h"

/*
 * CF and ZF are both set before the instruction, so an instruction that changes no flag does not
 * look like VMsucceed.
 */
raw_status_t vmxon_safe(const uint64_t *region_phys);
raw_status_t vmxoff_safe(void);
raw_status_t vmclear_safe(const uint64_t *vmcs_phys);
raw_status_t vmptrld_safe(const uint64_t *vmcs_phys);
raw_status_t vmptrst_safe(uint64_t *vmcs_phys);
raw_status_t vmread_safe(uint64_t field, uint64_t *value);
raw_status_t vmwrite_safe(uint64_t field, uint64_t value);
raw_status_t vmlaunch_safe(void); /* this and the next only where they cannot succeed */
raw_status_t vmresume_safe(void);
raw_status_t vmcall_safe(void);
raw_status_t invept_safe(uint64_t type, const uint64_t descriptor[2]);
raw_status_t invvpid_safe(uint64_t type, const uint64_t descriptor[2]);

/*
 * What the raw status of one of these means. After VMfailValid the error number is read from the
 * current VMCS, so call it at once.
 */
struct vmx_status vmx_status_of(raw_status_t raw);

#endif
