#include "kernel/record/record.h"

#include "kernel/lib/order.h"

/* An MSR that was not read, or that faulted, has the value 0 here. */
void record_order_reading(int *order, const struct msr_reading *a, const struct msr_reading *b)
{
	order_by(order, a->state, b->state);
	order_by(order, a->value, b->value);
}

/*
 * Of the capability MSRs, only IA32_VMX_BASIC is printed in a CPU's own lines. The others have
 * lines by MSR, grouped for themselves, so a difference there need not split this group. The texts
 * come last: to compare them takes longest, and CPUs that differ seldom differ in them alone.
 */
static void order_evidence(int *order, const struct vmx_evidence *a, const struct vmx_evidence *b)
{
	order_by(order, a->signature, b->signature);
	order_by(order, a->vmx, b->vmx);
	order_by(order, a->smx, b->smx);
	order_by(order, a->hypervisor, b->hypervisor);
	order_by(order, a->physical_address_bits, b->physical_address_bits);
	order_by(order, a->core_type, b->core_type);
	order_by(order, a->vmxe_at_entry, b->vmxe_at_entry);
	record_order_reading(order, &a->microcode, &b->microcode);
	record_order_reading(order, &a->feature_control, &b->feature_control);
	record_order_reading(order, &a->msr[0], &b->msr[0]);
	order_by_bytes(order, a->vendor, b->vendor, sizeof(a->vendor));
	order_by_bytes(order, a->brand, b->brand, sizeof(a->brand));
	order_by_bytes(order, a->hypervisor_vendor, b->hypervisor_vendor,
	               sizeof(a->hypervisor_vendor));
	order_by_bytes(order, a->hypervisor_beneath, b->hypervisor_beneath,
	               sizeof(a->hypervisor_beneath));
}

static void order_outcome(int *order, const struct vmx_outcome *a, const struct vmx_outcome *b)
{
	order_by(order, a->reason, b->reason);
	order_by(order, a->feature_control_written, b->feature_control_written);
	order_by(order, a->feature_control_write_faulted, b->feature_control_write_faulted);
	record_order_reading(order, &a->feature_control_after, &b->feature_control_after);
	order_by(order, a->cr0, b->cr0);
	order_by(order, a->cr4, b->cr4);
	vmx_status_order(order, a->predicted.status, b->predicted.status);
	order_by_address(order, a->predicted.because, b->predicted.because);
	vmx_status_order(order, a->vmxon, b->vmxon);
}

/* Field by field, because the padding of a structure is not defined and memcmp() would see it. */
static void order_plan(int *order, const struct vmx_plan *a, const struct vmx_plan *b)
{
	order_by(order, a->stop, b->stop);
	order_by(order, a->write_feature_control, b->write_feature_control);
	order_by(order, a->feature_control, b->feature_control);
	order_by(order, a->cr0, b->cr0);
	order_by(order, a->cr4, b->cr4);
	order_by(order, a->cr0_conflict, b->cr0_conflict);
	order_by(order, a->cr4_conflict, b->cr4_conflict);
	order_by(order, a->invalid.msr, b->invalid.msr);
	order_by_address(order, a->invalid.rule, b->invalid.rule);
}

/* The results by number only: the KTAP lines show, in groups of their own, which check failed. */
static void order_selftest(int *order, const struct vmx_selftest *a, const struct vmx_selftest *b)
{
	order_by(order, a->run, b->run);
	order_by(order, a->passed, b->passed);
	order_by(order, a->failed, b->failed);
	order_by(order, a->skipped, b->skipped);
}

int record_order(const struct cpu *a, const struct cpu *b, const void *context)
{
	int order = 0;

	(void)context;
	order_by(&order, a->progress.failure, b->progress.failure);
	order_by(&order, a->progress.last_step, b->progress.last_step);
	order_by_address(&order, a->progress.task, b->progress.task);
	order_by(&order, a->progress.apic_errors, b->progress.apic_errors);
	order_evidence(&order, &a->evidence, &b->evidence);
	order_plan(&order, &a->plan, &b->plan);
	order_outcome(&order, &a->outcome, &b->outcome);
	proof_order(&order, &a->proof, &b->proof);
	order_selftest(&order, &a->selftest, &b->selftest);
	return order;
}

/*
 * The only writer of the capability MSRs, so that the decoded IA32_VMX_BASIC never differs from the
 * raw one.
 */
void record_set_msr(struct vmx_evidence *evidence, unsigned index, struct msr_reading reading)
{
	evidence->msr[index] = reading;
	if (VMX_MSR_FIRST + index == IA32_VMX_BASIC)
		evidence->basic = record_basic(reading.value);
}

struct vmx_basic record_basic(uint64_t value)
{
	return (struct vmx_basic){
		.revision = value & VMX_BASIC_REVISION,
		.region_size = value >> VMX_BASIC_REGION_SIZE_SHIFT & VMX_BASIC_REGION_SIZE,
		.addresses_32bit = value & VMX_BASIC_ADDRESSES_32BIT,
		.memory_type = value >> VMX_BASIC_MEMORY_TYPE_SHIFT & VMX_BASIC_MEMORY_TYPE,
		.true_controls = value & VMX_BASIC_TRUE_CONTROLS,
	};
}

struct vmx_feature_control record_feature_control(uint64_t value)
{
	return (struct vmx_feature_control){
		.locked = value & IA32_FEATURE_CONTROL_LOCK,
		.vmx_in_smx = value & IA32_FEATURE_CONTROL_VMX_IN_SMX,
		.vmx_outside_smx = value & IA32_FEATURE_CONTROL_VMX_OUTSIDE_SMX,
	};
}

const char *record_msr_name(unsigned index)
{
	static const char *const names[VMX_MSR_COUNT] = {
		"IA32_VMX_BASIC",
		"IA32_VMX_PINBASED_CTLS",
		"IA32_VMX_PROCBASED_CTLS",
		"IA32_VMX_EXIT_CTLS",
		"IA32_VMX_ENTRY_CTLS",
		"IA32_VMX_MISC",
		"IA32_VMX_CR0_FIXED0",
		"IA32_VMX_CR0_FIXED1",
		"IA32_VMX_CR4_FIXED0",
		"IA32_VMX_CR4_FIXED1",
		"IA32_VMX_VMCS_ENUM",
		"IA32_VMX_PROCBASED_CTLS2",
		"IA32_VMX_EPT_VPID_CAP",
		"IA32_VMX_TRUE_PINBASED_CTLS",
		"IA32_VMX_TRUE_PROCBASED_CTLS",
		"IA32_VMX_TRUE_EXIT_CTLS",
		"IA32_VMX_TRUE_ENTRY_CTLS",
		"IA32_VMX_VMFUNC",
		"IA32_VMX_PROCBASED_CTLS3",
		"IA32_VMX_EXIT_CTLS2",
	};

	return names[index];
}
