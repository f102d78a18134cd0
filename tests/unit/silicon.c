#include "tests/unit/silicon.h"

#include "arch/x86_64/instructions.h"
#include "arch/x86_64/register_instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/plan.h"
#include "arch/x86_64/vmx/vmcs_fields.h"
#include "arch/x86_64/vmx/vmx_instructions.h"
#include "kernel/machine/arch.h"

struct silicon silicon;

enum { REGION = 0x104000, VMCS = 0x105000 };

struct cpu silicon_planned_cpu(const struct bochs_model *model, uint64_t feature_control)
{
	struct cpu cpu = {.found = {.region_phys = REGION, .vmcs_phys = VMCS},
	                  .evidence = bochs_evidence(model)};

	silicon = (struct silicon){
		.model = model,
		.vmx = true,
		.smx = model->smx,
		.feature_control = feature_control,
		.cr0 = cpu.evidence.cr0,
		.cr4 = cpu.evidence.cr4,
		.reserved_cr4 = ~0x3FFFFFFull,
	};
	memset(silicon.region, 0xFF, sizeof(silicon.region));
	cpu.evidence.feature_control.value = feature_control;
	vmx_plan(&cpu.evidence, &cpu.plan);
	assert_int_equal(cpu.plan.stop, REASON_NONE);
	return cpu;
}

struct cpu silicon_entered_cpu(const struct bochs_model *model, uint64_t feature_control)
{
	struct cpu cpu = silicon_planned_cpu(model, feature_control);

	arch_vmx_enter(&cpu);
	return cpu;
}

void *arch_map(uint64_t phys, uint64_t size)
{
	assert_int_equal(phys, REGION);
	assert_int_equal(size, sizeof(silicon.region));
	return silicon.region;
}

static raw_status_t fault(uint8_t vector)
{
	silicon.faults++;
	return RAW_FAULT | (raw_status_t)vector << 32;
}

static uint64_t vmx_msr(uint32_t msr)
{
	return silicon.model->msr[msr - VMX_MSR_FIRST].value;
}

uint64_t read_cr0(void)
{
	return silicon.cr0;
}

uint64_t read_cr4(void)
{
	return silicon.cr4;
}

raw_status_t rdmsr_safe(uint32_t msr, uint64_t *value)
{
	*value = 0;
	if (msr == IA32_BIOS_SIGN_ID)
		return 0;
	if (msr == IA32_FEATURE_CONTROL && (silicon.vmx || silicon.smx) &&
	    !(silicon.hides_after_write && silicon.writes > 0)) {
		*value = silicon.feature_control;
		return 0;
	}
	if (silicon.vmx && msr >= VMX_MSR_FIRST && msr < VMX_MSR_FIRST + VMX_MSR_COUNT &&
	    silicon.model->msr[msr - VMX_MSR_FIRST].state == MSR_READ) {
		*value = vmx_msr(msr);
		return 0;
	}
	return fault(VECTOR_GP);
}

/* SDM vol. 3C 35.1 "Architectural MSRs", on IA32_FEATURE_CONTROL */
raw_status_t wrmsr_safe(uint32_t msr, uint64_t value)
{
	uint64_t known = 5 | silicon.optional | (silicon.smx ? 0xFF02 : 0);

	silicon.writes++;
	if (msr != IA32_FEATURE_CONTROL || !(silicon.vmx || silicon.smx))
		return fault(VECTOR_GP);
	if (silicon.sibling_locks != 0)
		silicon.feature_control = silicon.sibling_locks;
	if (silicon.ignores_writes)
		return 0;
	if (silicon.feature_control & IA32_FEATURE_CONTROL_LOCK || value & ~known)
		return fault(VECTOR_GP);
	silicon.feature_control = value;
	return 0;
}

/* SDM vol. 3C 23.8 "Restrictions on VMX Operation": the fixed bits cannot be changed. */
static bool breaks_fixed_bits(uint64_t value, uint32_t fixed0)
{
	return (value & vmx_msr(fixed0)) != vmx_msr(fixed0) || value & ~vmx_msr(fixed0 + 1);
}

raw_status_t write_cr0_safe(uint64_t value)
{
	bool reserved = value >> 32 || !(value & CR0_PG) || !(value & CR0_PE) ||
	                (value & CR0_NW && !(value & CR0_CD));

	if (reserved || (silicon.in_root && breaks_fixed_bits(value, IA32_VMX_CR0_FIXED0)))
		return fault(VECTOR_GP);
	silicon.cr0 = value;
	return 0;
}

raw_status_t write_cr4_safe(uint64_t value)
{
	if (value & silicon.reserved_cr4 || !(value & CR4_PAE) ||
	    (silicon.in_root && breaks_fixed_bits(value, IA32_VMX_CR4_FIXED0)))
		return fault(VECTOR_GP);
	silicon.cr4 = value;
	return 0;
}

/* SDM vol. 3C 30.2 "Conventions" */
enum {
	SUCCEED = EFLAGS_ALWAYS,
	FAIL_INVALID = EFLAGS_ALWAYS | EFLAGS_CF,
	FAIL_VALID = EFLAGS_ALWAYS | EFLAGS_ZF,
	NO_EFFECT = EFLAGS_ALWAYS | EFLAGS_CF | EFLAGS_ZF,
};

/* SDM vol. 3C VMXON "Enter VMX Operation" */
static raw_status_t vmxon_by_the_manual(uint64_t phys)
{
	uint64_t control = silicon.feature_control & 5;

	if (!silicon.vmx || !(silicon.cr4 & CR4_VMXE))
		return fault(VECTOR_UD);
	if (silicon.in_root)
		return FAIL_VALID;
	if (breaks_fixed_bits(silicon.cr0, IA32_VMX_CR0_FIXED0) ||
	    breaks_fixed_bits(silicon.cr4, IA32_VMX_CR4_FIXED0) || control != 5)
		return fault(VECTOR_GP);
	if (phys % 4096 != 0 || phys != REGION ||
	    silicon.region[0] != (vmx_msr(IA32_VMX_BASIC) & VMX_BASIC_REVISION))
		return FAIL_INVALID;
	silicon.in_root = true;
	return SUCCEED;
}

raw_status_t vmxon_safe(const uint64_t *region_phys)
{
	silicon.vmxons++;
	switch (silicon.vmxon) {
	case VMXON_CF:
		return FAIL_INVALID;
	case VMXON_ZF:
		return FAIL_VALID;
	case VMXON_BOTH:
		return NO_EFFECT;
	case VMXON_GP:
		return fault(VECTOR_GP) | 0x18;
	case VMXON_SKIPPED:
		return SUCCEED;
	default:
		return vmxon_by_the_manual(*region_phys);
	}
}

raw_status_t vmxoff_safe(void)
{
	silicon.vmxoffs++;
	if (!silicon.in_root)
		return fault(VECTOR_UD);
	if (silicon.vmxoff_fails)
		return FAIL_VALID;
	silicon.in_root = false;
	return SUCCEED;
}

raw_status_t vmclear_safe(const uint64_t *vmcs_phys)
{
	if (!silicon.in_root)
		return fault(VECTOR_UD);
	silicon.vmcs_cleared = *vmcs_phys;
	return SUCCEED;
}

raw_status_t vmptrld_safe(const uint64_t *vmcs_phys)
{
	(void)vmcs_phys;
	return silicon.in_root ? SUCCEED : fault(VECTOR_UD);
}

raw_status_t vmptrst_safe(uint64_t *vmcs_phys)
{
	*vmcs_phys = UINT64_MAX;
	return silicon.in_root ? SUCCEED : fault(VECTOR_UD);
}

/* Supports only one field, the VM-instruction error. */
raw_status_t vmread_safe(uint64_t field, uint64_t *value)
{
	if (field == VM_INSTRUCTION_ERROR)
		*value = 15;
	return SUCCEED;
}

raw_status_t vmwrite_safe(uint64_t field, uint64_t value)
{
	(void)field;
	(void)value;
	return FAIL_INVALID;
}

raw_status_t invept_safe(uint64_t type, const uint64_t descriptor[2])
{
	(void)type;
	(void)descriptor;
	silicon.invepts++;
	return silicon.in_root ? SUCCEED : fault(VECTOR_UD);
}

raw_status_t invvpid_safe(uint64_t type, const uint64_t descriptor[2])
{
	(void)type;
	(void)descriptor;
	silicon.invvpids++;
	return silicon.in_root ? SUCCEED : fault(VECTOR_UD);
}
