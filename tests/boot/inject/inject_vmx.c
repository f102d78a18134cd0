/*
 * Injects values of the VMX MSRs and results of the VMX instructions. The word "vmx" makes a CPU
 * appear to have VMX, even if it does not. Without it, everything that is not injected is real.
 */
#include "arch/x86_64/register_instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/plan.h"
#include "arch/x86_64/vmx/predict.h"
#include "arch/x86_64/vmx/vmcs_fields.h"
#include "arch/x86_64/vmx/vmx_instructions.h"
#include "kernel/lib/count.h"
#include "kernel/machine/arch.h"
#include "kernel/record/record.h"
#include "tests/boot/inject/inject.h"

#include <stdatomic.h>

enum {
	LOCKED_ON = IA32_FEATURE_CONTROL_LOCK | IA32_FEATURE_CONTROL_VMX_OUTSIDE_SMX,
};

/* RFLAGS after a VMX instruction. */
enum {
	SUCCEED = EFLAGS_ALWAYS,
	FAIL_INVALID = EFLAGS_ALWAYS | EFLAGS_CF,
	FAIL_VALID = EFLAGS_ALWAYS | EFLAGS_ZF,
	NO_EFFECT = EFLAGS_ALWAYS | EFLAGS_CF | EFLAGS_ZF,
};

raw_status_t __real_rdmsr_safe(uint32_t msr, uint64_t *value);
raw_status_t __wrap_rdmsr_safe(uint32_t msr, uint64_t *value);
raw_status_t __real_wrmsr_safe(uint32_t msr, uint64_t value);
raw_status_t __wrap_wrmsr_safe(uint32_t msr, uint64_t value);
raw_status_t __real_vmxon_safe(const uint64_t *region_phys);
raw_status_t __wrap_vmxon_safe(const uint64_t *region_phys);
raw_status_t __real_vmxoff_safe(void);
raw_status_t __wrap_vmxoff_safe(void);
raw_status_t __real_vmptrst_safe(uint64_t *vmcs_phys);
raw_status_t __wrap_vmptrst_safe(uint64_t *vmcs_phys);
raw_status_t __real_vmread_safe(uint64_t field, uint64_t *value);
raw_status_t __wrap_vmread_safe(uint64_t field, uint64_t *value);
raw_status_t __real_write_cr4_safe(uint64_t value);
raw_status_t __wrap_write_cr4_safe(uint64_t value);
struct vmxon_prediction __real_vmxon_predict(const struct vmxon_state *state);
struct vmxon_prediction __wrap_vmxon_predict(const struct vmxon_state *state);
void __real_arch_vmx_read_evidence(struct vmx_evidence *evidence);
void __wrap_arch_vmx_read_evidence(struct vmx_evidence *evidence);
void __real_arch_vmx_leave(struct cpu *cpu);
void __wrap_arch_vmx_leave(struct cpu *cpu);
void __real_panic_begin(void);
void __wrap_panic_begin(void);
__attribute__((noreturn)) void __real_arch_end(enum exit_action action, uint8_t exit_code);
__attribute__((noreturn)) void __wrap_arch_end(enum exit_action action, uint8_t exit_code);

/* Each CPU's own, by index. */
static struct {
	bool has_feature_control; /* feature_control replaces the CPU's value */
	uint64_t feature_control;
	bool in_root_operation; /* according to the instructions, not to the kernel's record */
} states[INJECT_CPUS];

/* The VMX capability MSRs for the word "vmx": without secondary controls and TRUE controls. */
static const uint64_t seeming[] = {
	0x0058100000000012, 0x0000007F00000016, 0x77F9FFFE0401E172, 0x00FFFFFF00036DFF,
	0x0000FFFF000011FF, 0x00000000000401E0, 0x0000000080000021, 0x00000000FFFFFFFF,
	0x0000000000002000, 0x00000000007727FF, 0x000000000000002A,
};

static atomic_bool is_panic;

static uint32_t this_index(void)
{
	return arch_this_cpu()->found.index % INJECT_CPUS;
}

static raw_status_t fault_of(uint64_t vector)
{
	return RAW_FAULT | vector << 32;
}

static raw_status_t read_feature_control(uint64_t *value)
{
	const struct injection *given = inject_find("feature-control");
	uint32_t cpu = this_index();

	*value = 0;
	if (inject_find("rdmsr-faults") != NULL)
		return fault_of(VECTOR_GP);
	if (!states[cpu].has_feature_control) {
		if (given != NULL)
			states[cpu].feature_control = given->value[0];
		else if (inject_find("vmx") != NULL)
			states[cpu].feature_control = LOCKED_ON;
		else
			return __real_rdmsr_safe(IA32_FEATURE_CONTROL, value);
		states[cpu].has_feature_control = true;
	}
	*value = states[cpu].feature_control;
	return 0;
}

raw_status_t __wrap_rdmsr_safe(uint32_t msr, uint64_t *value)
{
	const struct injection *given = inject_find_about("msr", msr);

	*value = 0;
	if (msr == IA32_FEATURE_CONTROL)
		return read_feature_control(value);
	if (inject_find_about("msr-faults", msr) != NULL)
		return fault_of(VECTOR_GP);
	if (given != NULL) {
		*value = given->value[1];
		return 0;
	}
	if (inject_find("vmx") != NULL && msr >= VMX_MSR_FIRST &&
	    msr < VMX_MSR_FIRST + VMX_MSR_COUNT) {
		if (msr - VMX_MSR_FIRST >= COUNT_OF(seeming))
			return fault_of(VECTOR_GP);
		*value = seeming[msr - VMX_MSR_FIRST];
		return 0;
	}
	return __real_rdmsr_safe(msr, value);
}

/* An injected IA32_FEATURE_CONTROL honours its lock bit, like the real one. */
raw_status_t __wrap_wrmsr_safe(uint32_t msr, uint64_t value)
{
	const struct injection *sibling = inject_find("sibling-locks");
	uint32_t cpu = this_index();

	if (msr != IA32_FEATURE_CONTROL)
		return __real_wrmsr_safe(msr, value);
	if (inject_find("write-faults") != NULL)
		return fault_of(VECTOR_GP);
	if (inject_find("write-ignored") != NULL)
		return 0;
	if (sibling != NULL) {
		states[cpu].feature_control = sibling->value[0];
		states[cpu].has_feature_control = true;
	}
	if (!states[cpu].has_feature_control)
		return __real_wrmsr_safe(msr, value);
	if (states[cpu].feature_control & IA32_FEATURE_CONTROL_LOCK)
		return fault_of(VECTOR_GP);
	states[cpu].feature_control = value;
	return 0;
}

static raw_status_t vmxon(const uint64_t *region_phys)
{
	const struct injection *faults = inject_find("vmxon-faults");

	if (faults != NULL)
		return fault_of(faults->value[0]);
	if (inject_find("vmxon-untouched") != NULL)
		return NO_EFFECT;
	if (inject_find("vmxon-fails-invalid") != NULL)
		return FAIL_INVALID;
	if (inject_find("vmxon-fails-valid") != NULL)
		return FAIL_VALID;
	return inject_find("vmx") != NULL ? SUCCEED : __real_vmxon_safe(region_phys);
}

static bool succeeded(raw_status_t raw)
{
	return !(raw & (RAW_FAULT | EFLAGS_CF | EFLAGS_ZF));
}

raw_status_t __wrap_vmxon_safe(const uint64_t *region_phys)
{
	raw_status_t raw = vmxon(region_phys);

	if (succeeded(raw))
		states[this_index()].in_root_operation = true;
	return raw;
}

static raw_status_t vmxoff(void)
{
	if (inject_find("vmxoff-fails") != NULL)
		return FAIL_VALID;
	if (inject_find("vmx") == NULL)
		return __real_vmxoff_safe();
	return states[this_index()].in_root_operation ? SUCCEED : fault_of(VECTOR_UD);
}

raw_status_t __wrap_vmxoff_safe(void)
{
	raw_status_t raw = vmxoff();

	if (succeeded(raw))
		states[this_index()].in_root_operation = false;
	return raw;
}

raw_status_t __wrap_vmptrst_safe(uint64_t *vmcs_phys)
{
	if (inject_find("vmx") == NULL)
		return __real_vmptrst_safe(vmcs_phys);
	*vmcs_phys = UINT64_MAX;
	return states[this_index()].in_root_operation ? SUCCEED : fault_of(VECTOR_UD);
}

/* Returns the error number for a VMfailValid that was injected into VMXON. */
raw_status_t __wrap_vmread_safe(uint64_t field, uint64_t *value)
{
	const struct injection *fails = inject_find("vmxon-fails-valid");

	if (fails == NULL || field != VM_INSTRUCTION_ERROR)
		return __real_vmread_safe(field, value);
	*value = fails->value[0];
	return SUCCEED;
}

raw_status_t __wrap_write_cr4_safe(uint64_t value)
{
	return __real_write_cr4_safe(inject_find("vmx") != NULL ? value & ~CR4_VMXE : value);
}

struct vmxon_prediction __wrap_vmxon_predict(const struct vmxon_state *state)
{
	struct vmxon_state seen = *state;

	if (inject_find("vmx") != NULL)
		seen.cr4 |= CR4_VMXE;
	return __real_vmxon_predict(&seen);
}

void __wrap_arch_vmx_read_evidence(struct vmx_evidence *evidence)
{
	inject_stage("reading");
	__real_arch_vmx_read_evidence(evidence);
	if (inject_find("vmx") == NULL)
		return;
	evidence->vmx = true;
	__wrap_rdmsr_safe(IA32_FEATURE_CONTROL, &evidence->feature_control.value);
	evidence->feature_control.state = MSR_READ;
	for (unsigned i = 0; i < VMX_MSR_COUNT; i++) {
		struct msr_reading reading = {.state = MSR_READ};

		if (!vmx_msr_exists(evidence, i))
			continue;
		if (__wrap_rdmsr_safe(VMX_MSR_FIRST + i, &reading.value))
			reading.state = MSR_FAULTED;
		record_set_msr(evidence, i, reading);
	}
}

void __wrap_panic_begin(void)
{
	atomic_store(&is_panic, true);
	__real_panic_begin();
}

void __wrap_arch_vmx_leave(struct cpu *cpu)
{
	if (!atomic_load(&is_panic))
		inject_stage("leave");
	__real_arch_vmx_leave(cpu);
}

/* Does not end a machine with a CPU in VMX operation, so that the test times out. */
void __wrap_arch_end(enum exit_action action, uint8_t exit_code)
{
	for (unsigned i = 0; i < INJECT_CPUS; i++) {
		if (states[i].in_root_operation)
			action = EXIT_HALT;
	}
	__real_arch_end(action, exit_code);
}
