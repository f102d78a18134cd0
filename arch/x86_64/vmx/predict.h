/*
 * What VMXON will do per the SDM, before it is executed. The report compares prediction and result:
 * a difference is a bug of the CPU, of a host hypervisor or of this kernel. Pure.
 */
#ifndef ARCH_X86_64_VMX_PREDICT_H
#define ARCH_X86_64_VMX_PREDICT_H

#include "kernel/record/vmx_record.h"

/* The state that VMXON checks, as it is right before VMXON. */
struct vmxon_state {
	const struct vmx_evidence *evidence; /* for the fixed bits, IA32_VMX_BASIC, address width */
	uint64_t cr0;
	uint64_t cr4;
	uint64_t feature_control;
	uint64_t region_phys;
	uint32_t region_revision; /* the region's first 4 bytes */
};

/*
 * Returns what the first condition that does not hold leads to, in the order of SDM vol. 3C VMXON
 * "Enter VMX Operation", or VMX_SUCCEEDED if all hold. Assumes 64-bit mode, CPL 0, outside SMX
 * operation, A20 not masked, and not yet in VMX operation.
 */
struct vmxon_prediction vmxon_predict(const struct vmxon_state *state);

/*
 * Predicts VMXON for a plan that is not carried out (observe). Assumes that every planned write
 * takes effect and that the region at region_phys holds the right revision identifier. The plan
 * must not have a stop reason.
 */
struct vmxon_prediction vmxon_predict_plan(const struct vmx_evidence *evidence,
                                           const struct vmx_plan *plan, uint64_t region_phys);

#endif
