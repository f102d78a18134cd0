/* What VMXON will do, by the manual, before it is executed. Pure. */
#ifndef ARCH_X86_64_VMX_PREDICT_H
#define ARCH_X86_64_VMX_PREDICT_H

#include "kernel/record/vmx_record.h"

/* All that VMXON looks at, as it is right before. */
struct vmxon_state {
	const struct vmx_evidence *evidence; /* for the fixed bits, IA32_VMX_BASIC, address width */
	uint64_t cr0;
	uint64_t cr4;
	uint64_t feature_control;
	uint64_t region_phys;
	uint32_t region_revision; /* the region's first 4 bytes */
};

/*
 * The outcome of the first condition that does not hold, in the order of SDM vol. 3C VMXON "Enter
 * VMX Operation". Taken for granted: 64-bit mode, CPL 0, outside SMX operation, A20 not masked, not
 * yet in VMX operation.
 */
struct vmxon_prediction vmxon_predict(const struct vmxon_state *state);

/*
 * The same for a plan that does not stop and that nobody carries out: as if all that it writes were
 * taken, and the region, at region_phys, began as it must.
 */
struct vmxon_prediction vmxon_predict_plan(const struct vmx_evidence *evidence,
                                           const struct vmx_plan *plan, uint64_t region_phys);

#endif
