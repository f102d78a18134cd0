/* Decides from the evidence which registers to write before VMXON, or why VMXON cannot succeed. */
#include "arch/x86_64/vmx/plan.h"

#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/consistency.h"
#include "kernel/lib/count.h"
#include "kernel/record/record.h"

#include <stddef.h>

/*
 * The bits of CR0 and CR4 that a CPU may require to be 1 in VMX operation: the kernel has them set
 * already, or can set them without a change in behaviour. Any other required bit is a conflict.
 * Real CPUs require PE, NE and PG in CR0, and VMXE in CR4.
 */
#define CR0_ACCEPTABLE (CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_PG)
#define CR4_ACCEPTABLE (CR4_PAE | CR4_VMXE | CR4_DE | CR4_PSE | CR4_MCE)

/*
 * The bits that a CPU must not require to be 0, beside PE, PG and VMXE, which VMXON itself needs:
 * the kernel cannot run without PAE, and without WP it could overwrite its own read-only pages
 * unnoticed.
 */
#define CR0_NEEDED CR0_WP
#define CR4_NEEDED CR4_PAE

static const struct msr_reading *reading(const struct vmx_evidence *evidence, uint32_t msr)
{
	return &evidence->msr[msr - VMX_MSR_FIRST];
}

bool vmx_allows(const struct msr_reading *capability, uint64_t control)
{
	return capability->state == MSR_READ &&
	       (capability->value >> VMX_ALLOWED1_SHIFT & control) == control;
}

/*
 * Each section from SDM vol. 3D A.3 "VM-Execution Controls" on says when its MSR exists. RDMSR of
 * one that does not exist raises #GP. The kernel would survive that, but the report could not tell
 * an absent MSR from one that a host hypervisor forgot.
 */
bool vmx_msr_exists(const struct vmx_evidence *evidence, unsigned index)
{
	const struct msr_reading *primary = reading(evidence, IA32_VMX_PROCBASED_CTLS);
	const struct msr_reading *secondary = reading(evidence, IA32_VMX_PROCBASED_CTLS2);
	uint32_t msr = VMX_MSR_FIRST + index;

	if (!evidence->vmx)
		return false;
	if (msr < IA32_VMX_PROCBASED_CTLS2)
		return true;
	if (msr == IA32_VMX_PROCBASED_CTLS2)
		return vmx_allows(primary, PRIMARY_SECONDARY);
	if (msr == IA32_VMX_EPT_VPID_CAP)
		return vmx_allows(secondary, SECONDARY_EPT) ||
		       vmx_allows(secondary, SECONDARY_VPID);
	if (msr <= IA32_VMX_TRUE_ENTRY_CTLS)
		return evidence->basic.true_controls;
	if (msr == IA32_VMX_VMFUNC)
		return vmx_allows(secondary, SECONDARY_VM_FUNCTIONS);
	if (msr == IA32_VMX_PROCBASED_CTLS3)
		return vmx_allows(primary, PRIMARY_TERTIARY);
	return vmx_allows(reading(evidence, IA32_VMX_EXIT_CTLS), EXIT_SECONDARY);
}

/*
 * SDM vol. 3C 23.7 "Enabling and Entering VMX Operation": VMXON outside SMX operation needs bit 2.
 * Bit 1 allows it in SMX operation only, that is, after GETSEC[SENTER], which rootmode does not
 * use.
 */
enum reason vmx_feature_control_forbids(uint64_t value)
{
	struct vmx_feature_control decoded = record_feature_control(value);

	if (decoded.vmx_outside_smx)
		return REASON_NONE;
	return decoded.vmx_in_smx ? REASON_SMX_ONLY : REASON_LOCKED_OFF;
}

/*
 * Plans the write of IA32_FEATURE_CONTROL, if it is needed. A locked register is only judged: a
 * write to it raises #GP until the next reset.
 *
 * An unlocked register gets a value built from scratch. Firmware may have left any value in it, and
 * WRMSR raises #GP if a bit is set whose feature the CPU lacks, such as bit 1 without SMX. The SGX
 * and LMCE bits are kept: they are the firmware's decision, and the lock makes them final.
 */
static enum reason plan_feature_control(const struct vmx_evidence *evidence, struct vmx_plan *plan)
{
	const uint64_t kept = IA32_FEATURE_CONTROL_SGX_LAUNCH | IA32_FEATURE_CONTROL_SGX |
	                      IA32_FEATURE_CONTROL_LMCE;
	uint64_t value = evidence->feature_control.value;

	if (evidence->feature_control.state != MSR_READ)
		return REASON_FEATURE_CONTROL_FAULT;
	if (value & IA32_FEATURE_CONTROL_LOCK)
		return vmx_feature_control_forbids(value);
	plan->write_feature_control = true;
	plan->feature_control = (value & kept) | IA32_FEATURE_CONTROL_LOCK |
	                        IA32_FEATURE_CONTROL_VMX_OUTSIDE_SMX |
	                        (evidence->smx ? IA32_FEATURE_CONTROL_VMX_IN_SMX : 0);
	return REASON_NONE;
}

/*
 * Adjusts *value for VMX operation: a bit that is 1 in fixed0 must be 1, a bit that is 0 in fixed1
 * must be 0 (SDM vol. 3D A.7 "VMX-Fixed Bits in CR0"). Returns the bits in conflict, 0 if there are
 * none: bits required to be 1 that the kernel cannot set, and bits required to be 0 that it needs.
 * No bit is 1 in fixed0 and 0 in fixed1: consistency_check() has found none.
 */
static uint64_t fix(uint64_t *value, uint64_t wanted, uint64_t fixed0, uint64_t fixed1,
                    uint64_t acceptable, uint64_t needed)
{
	uint64_t before = *value | wanted;

	*value = (before | fixed0) & fixed1;
	return (fixed0 & ~before & ~acceptable) | (needed & ~fixed1);
}

/* Only these MSRs decide about VMXON. */
static enum reason plan_capabilities(const struct vmx_evidence *evidence, struct vmx_plan *plan)
{
	static const uint32_t needed[] = {IA32_VMX_BASIC, IA32_VMX_CR0_FIXED0, IA32_VMX_CR0_FIXED1,
	                                  IA32_VMX_CR4_FIXED0, IA32_VMX_CR4_FIXED1};

	for (unsigned i = 0; i < COUNT_OF(needed); i++) {
		if (reading(evidence, needed[i])->state != MSR_READ)
			return REASON_CAPABILITY_FAULT;
	}
	plan->invalid = consistency_check(evidence);
	return plan->invalid.rule != NULL ? REASON_CAPABILITY_INVALID : REASON_NONE;
}

/* NE and VMXE are wanted whatever the MSRs say: every CPU with VMX requires both. */
static enum reason plan_control_registers(const struct vmx_evidence *evidence,
                                          struct vmx_plan *plan)
{
	plan->cr0 = evidence->cr0;
	plan->cr4 = evidence->cr4;
	plan->cr0_conflict =
		fix(&plan->cr0, CR0_NE, reading(evidence, IA32_VMX_CR0_FIXED0)->value,
	            reading(evidence, IA32_VMX_CR0_FIXED1)->value, CR0_ACCEPTABLE, CR0_NEEDED);
	plan->cr4_conflict =
		fix(&plan->cr4, CR4_VMXE, reading(evidence, IA32_VMX_CR4_FIXED0)->value,
	            reading(evidence, IA32_VMX_CR4_FIXED1)->value, CR4_ACCEPTABLE, CR4_NEEDED);
	return plan->cr0_conflict | plan->cr4_conflict ? REASON_CR_FIXED_BITS : REASON_NONE;
}

/*
 * Stops at the first reason, in the order in which a person can do something about it: a CPU
 * without VMX, a firmware setting, then what only a host hypervisor can get wrong.
 */
void vmx_plan(const struct vmx_evidence *evidence, struct vmx_plan *plan)
{
	*plan = (struct vmx_plan){0};
	if (!evidence->vmx) {
		plan->stop = REASON_NO_VMX;
		return;
	}
	plan->stop = plan_feature_control(evidence, plan);
	if (plan->stop == REASON_NONE)
		plan->stop = plan_capabilities(evidence, plan);
	if (plan->stop == REASON_NONE)
		plan->stop = plan_control_registers(evidence, plan);
}
