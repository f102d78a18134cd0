/*
 * What there is to read of VMX, and what follows from it. Pure: from numbers to decisions, for the
 * kernel, the tests and whoever else has the numbers.
 */
#ifndef ARCH_X86_64_VMX_PLAN_H
#define ARCH_X86_64_VMX_PLAN_H

#include "kernel/record/vmx_record.h"

/*
 * Whether a CPU with this evidence has the VMX capability MSR VMX_MSR_FIRST + index; every MSR that
 * decides it has a lower number, and was read before.
 */
bool vmx_msr_exists(const struct vmx_evidence *evidence, unsigned index);

/* Why this value of IA32_FEATURE_CONTROL, if it is locked, does not allow VMXON; or REASON_NONE. */
enum reason vmx_feature_control_forbids(uint64_t value);

/* Whether all CPUs' VMX operation allows the control bit, in the MSR's upper half. */
bool vmx_allows(const struct msr_reading *capability, uint64_t control);

/* Decides on everything before VMXON. */
void vmx_plan(const struct vmx_evidence *evidence, struct vmx_plan *plan);

#endif
