/* Carrying the plan out on the CPU that executes this, and taking it back. */
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
 * Others may have locked the register since it was read, for it can be shared between a core's
 * threads: the write may fault, and only what can be read afterwards counts.
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

/* SDM vol. 3C 24.11.5 "VMXON Region" */
static const uint32_t *prepare_region(const struct cpu *cpu)
{
	uint32_t *region = arch_map(cpu->found.region_phys, PAGE_SIZE);

	memset(region, 0, PAGE_SIZE);
	region[0] = cpu->evidence.basic.revision;
	return region;
}

/* From what the registers hold now, not from what was written to them. */
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

static enum reason load_control_registers(const struct vmx_plan *plan)
{
	if (write_cr0_safe(plan->cr0) || write_cr4_safe(plan->cr4))
		return REASON_CR_FIXED_BITS;
	return REASON_NONE;
}

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

static enum reason execute_vmxon(uint64_t region_phys, struct vmx_outcome *outcome)
{
	outcome->vmxon = vmx_status_of(vmxon_safe(&region_phys));
	outcome->in_root_operation = vmx_succeeded(outcome->vmxon);
	outcome->cr0 = read_cr0();
	outcome->cr4 = read_cr4();
	return reason_of(outcome->vmxon);
}

static enum reason vmx_enter(struct cpu *cpu)
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

void arch_vmx_enter(struct cpu *cpu)
{
	const struct vmx_plan *plan = &cpu->plan;
	struct vmx_outcome *outcome = &cpu->outcome;

	*outcome = (struct vmx_outcome){0};
	if (plan->write_feature_control)
		outcome->reason = write_feature_control(plan, outcome);
	if (outcome->reason == REASON_NONE)
		outcome->reason = vmx_enter(cpu);
}

void arch_vmx_enter_again(struct cpu *cpu)
{
	cpu->outcome.left = false;
	cpu->outcome.reason = vmx_enter(cpu);
}

/*
 * May come by an NMI, anywhere on the way in or out: then the record lags behind the CPU. VMXOFF
 * faults only where there is nothing to leave: SDM vol. 3C VMXOFF "Leave VMX Operation".
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
