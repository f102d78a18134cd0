#include "kernel/record/record.h"

#include "kernel/lib/string.h"

/* An MSR that was not read, or that faulted, has the value 0 here. */
bool record_same_reading(const struct msr_reading *a, const struct msr_reading *b)
{
	return a->state == b->state && a->value == b->value;
}

/*
 * Of the capability MSRs, only IA32_VMX_BASIC is printed in a CPU's own lines. The others have
 * lines by MSR, grouped for themselves, so a difference there need not split this group. The texts
 * come last: to compare them takes longest, and CPUs that differ seldom differ in them alone.
 */
static bool same_evidence(const struct vmx_evidence *a, const struct vmx_evidence *b)
{
	return a->signature == b->signature && a->vmx == b->vmx && a->smx == b->smx &&
	       a->hypervisor == b->hypervisor &&
	       a->physical_address_bits == b->physical_address_bits &&
	       a->core_type == b->core_type && a->vmxe_at_entry == b->vmxe_at_entry &&
	       record_same_reading(&a->microcode, &b->microcode) &&
	       record_same_reading(&a->feature_control, &b->feature_control) &&
	       record_same_reading(&a->msr[0], &b->msr[0]) &&
	       memcmp(a->vendor, b->vendor, sizeof(a->vendor)) == 0 &&
	       memcmp(a->brand, b->brand, sizeof(a->brand)) == 0 &&
	       memcmp(a->hypervisor_vendor, b->hypervisor_vendor, sizeof(a->hypervisor_vendor)) ==
	               0 &&
	       memcmp(a->hypervisor_beneath, b->hypervisor_beneath,
	              sizeof(a->hypervisor_beneath)) == 0;
}

static bool same_outcome(const struct vmx_outcome *a, const struct vmx_outcome *b)
{
	return a->reason == b->reason && a->feature_control_written == b->feature_control_written &&
	       a->feature_control_write_faulted == b->feature_control_write_faulted &&
	       record_same_reading(&a->feature_control_after, &b->feature_control_after) &&
	       a->cr0 == b->cr0 && a->cr4 == b->cr4 &&
	       vmx_status_same(a->predicted.status, b->predicted.status) &&
	       a->predicted.because == b->predicted.because && vmx_status_same(a->vmxon, b->vmxon);
}

/* Field by field, because the padding of a structure is not defined and memcmp() would see it. */
static bool same_plan(const struct vmx_plan *a, const struct vmx_plan *b)
{
	return a->stop == b->stop && a->write_feature_control == b->write_feature_control &&
	       a->feature_control == b->feature_control && a->cr0 == b->cr0 && a->cr4 == b->cr4 &&
	       a->cr0_conflict == b->cr0_conflict && a->cr4_conflict == b->cr4_conflict &&
	       a->invalid.msr == b->invalid.msr && a->invalid.rule == b->invalid.rule;
}

/* The results by number only: the KTAP lines show, in groups of their own, which check failed. */
static bool same_selftest(const struct vmx_selftest *a, const struct vmx_selftest *b)
{
	return a->run == b->run && a->passed == b->passed && a->failed == b->failed &&
	       a->skipped == b->skipped;
}

bool record_same(const struct cpu *a, const struct cpu *b, const void *context)
{
	(void)context;
	return a->progress.failure == b->progress.failure &&
	       a->progress.last_step == b->progress.last_step &&
	       a->progress.task == b->progress.task &&
	       a->progress.apic_errors == b->progress.apic_errors &&
	       same_evidence(&a->evidence, &b->evidence) && same_plan(&a->plan, &b->plan) &&
	       same_outcome(&a->outcome, &b->outcome) && proof_same(&a->proof, &b->proof) &&
	       same_selftest(&a->selftest, &b->selftest);
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
