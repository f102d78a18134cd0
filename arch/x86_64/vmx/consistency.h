/*
 * Whether the VMX capability MSRs make sense: a host hypervisor may announce VMX and not fill them
 * in. Pure.
 */
#ifndef ARCH_X86_64_VMX_CONSISTENCY_H
#define ARCH_X86_64_VMX_CONSISTENCY_H

#include "kernel/record/vmx_record.h"

/*
 * The first rule of the SDM that the MSRs needed for VMXON break: IA32_VMX_BASIC and those of the
 * fixed bits, all of which were read. Its rule is NULL if they break none.
 */
struct vmx_invalid consistency_check(const struct vmx_evidence *evidence);

#endif
