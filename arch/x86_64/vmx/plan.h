/*
 * arch/x86_64/vmx/ takes the calling CPU into VMX root operation and back out:
 *
 *   evidence.c, survey.c   read what the CPU says about itself
 *   plan.c                 decide what to write, or why VMXON cannot succeed
 *   predict.c              predict what the SDM says VMXON will do
 *   enter.c                carry out the plan; leave VMX operation
 *   vmcs.c                 create, fill and release a VMCS
 *   vmx_instructions.*     execute each VMX instruction and report how it ended
 *   vmx_numbers.h, vmcs_fields.h   the SDM's constants
 *   guest/, selftest/      what needs VMX root operation: guests, and checks of the instructions
 *
 * This header is the plan: pure functions from evidence to decisions, shared by the kernel, the
 * tests and rootmode-check.
 */
#ifndef ARCH_X86_64_VMX_PLAN_H
#define ARCH_X86_64_VMX_PLAN_H

#include "kernel/record/vmx_record.h"

/*
 * Returns true if a CPU with this evidence has the VMX capability MSR VMX_MSR_FIRST + index. Call
 * it in the order of the MSRs: only MSRs with lower numbers decide it, and they must have been
 * read.
 */
bool vmx_msr_exists(const struct vmx_evidence *evidence, unsigned index);

/*
 * Returns REASON_NONE if a locked IA32_FEATURE_CONTROL with this value allows VMXON, else
 * REASON_SMX_ONLY or REASON_LOCKED_OFF. Does not check the lock bit.
 */
enum reason vmx_feature_control_forbids(uint64_t value);

/*
 * Returns true if the capability MSR was read and its upper half allows the control bits to be 1.
 */
bool vmx_allows(const struct msr_reading *capability, uint64_t control);

/* Fills *plan with all register values to write before VMXON, or with the reason not to try it. */
void vmx_plan(const struct vmx_evidence *evidence, struct vmx_plan *plan);

#endif
