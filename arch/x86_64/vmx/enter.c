/*
 * Enters and leaves VMX operation on the calling CPU, as plan.c decided. The steps, which SDM
 * vol. 3C 31.5 "VMM Setup & Tear Down" lists, are in this order because each needs the one before:
 *
 *   1. If IA32_FEATURE_CONTROL is unlocked, allow VMXON in it and lock it: write_feature_control()
 *   2. Load CR0 and CR4 with the bits that VMX operation requires: load_control_registers()
 *   3. Write the revision identifier to the VMXON region: prepare_region()
 *   4. Execute VMXON: execute_vmxon()
 *   5. Flush the translations of earlier guests: vmcs_invalidate_translations()
 *
 * Steps 1, 2 and 4 can fail, on a CPU or under a host hypervisor, and a failure must not end
 * the kernel: the instructions that can fault are the *_safe() ones. Each result goes to
 * cpu->outcome, from which the report explains what happened.
 */
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/register_instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/plan.h"
#include "arch/x86_64/vmx/predict.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "arch/x86_64/vmx/vmx_instructions.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/memory.h"
#include "kernel/record/record.h"
#include "kernel/lib/string.h"

/*
 * Allows VMXON outside SMX operation and locks IA32_FEATURE_CONTROL until the next reset. Without
 * the lock bit, VMXON raises #GP: SDM vol. 3C 23.7 "Enabling and Entering VMX Operation". Returns
 * REASON_NONE if the register now allows VMXON.
 *
 * The threads of a core can share the register, and all of them run this code at the same time. If
 * another thread locks the register between our read and our write, our write raises #GP, but the
 * register may still allow VMXON. Therefore the result depends only on the value read back. The
 * fault is recorded for the report.
 */
static enum reason write_feature_control(const struct vmx_plan *plan, struct vmx_outcome *outcome)
{
	struct msr_reading *after = &outcome->feature_control_after;

	outcome->feature_control_written = true;
	outcome->feature_control_write_faulted =
		wrmsr_safe(IA32_FEATURE_CONTROL, plan->feature_control) != 0;
	after->state = rdmsr_safe(IA32_FEATURE_CONTROL, &after->value) ? MSR_FAULTED : MSR_READ;
	if (after->state != MSR_READ || !(after->value & IA32_FEATURE_CONTROL_LOCK))
		return REASON_WRITE_REFUSED;
	return vmx_feature_control_forbids(after->value);
}

/*
 * Clears the VMXON region and writes the revision identifier to bits 30:0 of its first 4 bytes.
 * VMXON reads nothing else of the region (SDM vol. 3C 24.11.5 "VMXON Region"). After VMXON the
 * region belongs to the CPU, and software must not touch it until VMXOFF. Returns its mapping.
 *
 * The memory is not trusted to be zero: bit 31 must be clear, and the region holds the CPU's own
 * data if this CPU has been in VMX operation before.
 */
static const uint32_t *prepare_region(const struct cpu *cpu)
{
	uint32_t *region = arch_map(cpu->found.region_phys, PAGE_SIZE);

	memset(region, 0, PAGE_SIZE);
	region[0] = cpu->evidence.basic.revision;
	return region;
}

/*
 * Predicts what VMXON will do, from what the registers hold now rather than from what was written
 * to them. A CPU or a host hypervisor may drop a bit of a write. The prediction must be made before
 * VMXON, so that a report can tell "refused, as the SDM requires" from "refused, but should work".
 */
static struct vmxon_prediction predict(const struct cpu *cpu, const uint32_t *region)
{
	const struct vmx_outcome *outcome = &cpu->outcome;
	struct vmxon_state state = {
		.evidence = &cpu->evidence,
		.cr0 = read_cr0(),
		.cr4 = read_cr4(),
		.feature_control = outcome->feature_control_written
	                                   ? outcome->feature_control_after.value
	                                   : cpu->evidence.feature_control.value,
		.region_phys = cpu->found.region_phys,
		.region_revision = region[0],
	};

	return vmxon_predict(&state);
}

/*
 * Loads the planned CR0 and CR4, among them CR0.NE and CR4.VMXE: with VMXE clear, VMXON raises #UD;
 * with another fixed bit wrong, #GP (SDM vol. 3C 23.8 "Restrictions on VMX Operation"). The plan
 * was checked against the CPU's fixed-bit MSRs, but a host hypervisor may refuse what it
 * advertises.
 */
static enum reason load_control_registers(const struct vmx_plan *plan)
{
	if (write_cr0_safe(plan->cr0) || write_cr4_safe(plan->cr4))
		return REASON_CR_FIXED_BITS;
	return REASON_NONE;
}

/*
 * VMfailValid means that the CPU was already in VMX operation. In the default case, the CPU did not
 * execute VMXON: CF and ZF are both still set, as vmxon_safe() set them, or VMXON claims a success
 * that it did not have.
 */
static enum reason reason_of(struct vmx_status vmxon)
{
	switch (vmxon.kind) {
	case VMX_SUCCEEDED:
		return REASON_NONE;
	case VMX_FAIL_INVALID:
		return REASON_VMXON_FAIL_INVALID;
	case VMX_FAIL_VALID:
		return REASON_VMXON_FAIL_VALID;
	case VMX_FAULTED:
		return REASON_VMXON_FAULT;
	default:
		return REASON_VMXON_NO_EFFECT;
	}
}

/*
 * Returns true if the CPU is in VMX root operation: outside it, VMPTRST raises #UD (SDM vol. 3C
 * VMPTRST "Store Pointer to Virtual-Machine Control Structure"). A host hypervisor could skip VMXON
 * and clear the flags.
 */
static bool is_in_root_operation(void)
{
	uint64_t vmcs_phys;

	return vmx_succeeded(vmcs_store(&vmcs_phys));
}

/*
 * Executes VMXON. Its operand is not the region but a memory location that holds the region's
 * physical address, hence &region_phys. The report shows CR0 and CR4 as they are after VMXON: with
 * these values the CPU is in VMX operation, or failed to enter it.
 */
static enum reason execute_vmxon(uint64_t region_phys, struct vmx_outcome *outcome)
{
	outcome->vmxon = vmx_status_of(vmxon_safe(&region_phys));
	if (vmx_succeeded(outcome->vmxon) && !is_in_root_operation())
		outcome->vmxon.kind = VMX_NO_EFFECT;
	outcome->in_root_operation = vmx_succeeded(outcome->vmxon);
	outcome->cr0 = read_cr0();
	outcome->cr4 = read_cr4();
	return reason_of(outcome->vmxon);
}

/*
 * Executes steps 2 to 5, which the first entry and each later one need.
 *
 * Step 5 is needed because the CPU may still cache the translations of guests that the firmware, or
 * rootmode itself, ran before. VMXON does not flush them. INVEPT and INVVPID raise #UD outside VMX
 * operation, so this is the last step.
 */
static enum reason enter_root_operation(struct cpu *cpu)
{
	struct vmx_outcome *outcome = &cpu->outcome;
	enum reason reason = load_control_registers(&cpu->plan);

	if (reason != REASON_NONE)
		return reason;
	outcome->predicted = predict(cpu, prepare_region(cpu));
	reason = execute_vmxon(cpu->found.region_phys, outcome);
	if (outcome->in_root_operation)
		vmcs_invalidate_translations(&cpu->evidence);
	return reason;
}

/* The outcome is cleared first: it describes this attempt, not an earlier one. */
void arch_vmx_enter(struct cpu *cpu)
{
	const struct vmx_plan *plan = &cpu->plan;
	struct vmx_outcome *outcome = &cpu->outcome;

	*outcome = (struct vmx_outcome){0};
	if (plan->write_feature_control)
		outcome->reason = write_feature_control(plan, outcome);
	if (outcome->reason == REASON_NONE)
		outcome->reason = enter_root_operation(cpu);
}

/*
 * Skips step 1: IA32_FEATURE_CONTROL stays locked until the next reset, VMXOFF or not. Its outcome
 * stays for the report. What a failed attempt does not reach must not look like the success of the
 * earlier one, so the rest is cleared.
 */
void arch_vmx_enter_again(struct cpu *cpu)
{
	struct vmx_outcome *outcome = &cpu->outcome;

	outcome->left = false;
	outcome->predicted = (struct vmxon_prediction){0};
	outcome->vmxon = (struct vmx_status){0};
	outcome->reason = enter_root_operation(cpu);
}

/*
 * The NMI handler can call this function between any two instructions of entry or exit, for example
 * after VMXON but before cpu->outcome says so. So CR4.VMXE decides as well. If it is clear, the CPU
 * is not in VMX operation. If it is set, the CPU may be, and this executes VMXOFF. Outside VMX
 * operation, VMXOFF raises #UD, which does no harm here (SDM vol. 3C VMXOFF "Leave VMX Operation").
 *
 * The order is fixed. VMCLEAR comes before VMXOFF: an active VMCS may be cached in the CPU, which
 * could write it to memory later, when that memory has another use (SDM vol. 3C 24.11.1 "Software
 * Use of Virtual-Machine Control Structures"). CR4.VMXE is cleared after VMXOFF: a write that
 * clears it in VMX operation raises #GP.
 *
 * If VMXOFF fails without a fault, the CPU is still in VMX operation: in_root_operation and VMXE
 * stay as they are, and the reason says so.
 */
void arch_vmx_leave(struct cpu *cpu)
{
	struct vmx_outcome *outcome = &cpu->outcome;
	struct vmx_status vmxoff;

	if (!outcome->in_root_operation && !(read_cr4() & CR4_VMXE))
		return;
	if (outcome->in_root_operation) {
		if (cpu->outcome.vmcs_in_use)
			vmcs_end(cpu);
		vmcs_invalidate_translations(&cpu->evidence);
	}
	vmxoff = vmx_status_of(vmxoff_safe());
	if (!vmx_succeeded(vmxoff) && !vmx_faulted(vmxoff)) {
		outcome->reason = REASON_VMXOFF;
		return;
	}
	outcome->left |= outcome->in_root_operation;
	outcome->in_root_operation = false;
	write_cr4_safe(read_cr4() & ~CR4_VMXE);
}
