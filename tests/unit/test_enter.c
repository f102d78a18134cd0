/*
 * arch/x86_64/vmx/enter.c, entering: carrying out the plan on a CPU that faults where a real one
 * does.
 */
#include "arch/x86_64/registers.h"
#include "kernel/machine/arch.h"
#include "tests/unit/silicon.h"

static void assert_not_entered(const struct cpu *cpu, enum reason reason)
{
	assert_int_equal(cpu_reason(cpu), reason);
	assert_false(cpu->outcome.in_root_operation);
	assert_int_not_equal(cpu->outcome.vmxon.kind, VMX_SUCCEEDED);
}

static void every_model_enters_without_a_fault_from_every_state_that_allows_it(void **state)
{
	for (size_t i = 0; i < COUNT_OF(bochs_models); i++) {
		for (uint64_t feature_control = 0; feature_control < 8; feature_control++) {
			struct cpu cpu;

			if (feature_control & 1 && !(feature_control & 4))
				continue;
			cpu = silicon_entered_cpu(&bochs_models[i], feature_control);
			assert_int_equal(cpu.outcome.reason, REASON_NONE);
			assert_int_equal(cpu.outcome.vmxon.kind, VMX_SUCCEEDED);
			assert_int_equal(cpu.outcome.predicted.status.kind, VMX_SUCCEEDED);
			assert_true(cpu.outcome.in_root_operation);
			assert_true(silicon.in_root);
			assert_int_equal(silicon.faults, 0);
			assert_int_equal(cpu.outcome.cr0, silicon.cr0);
			assert_int_equal(cpu.outcome.cr4, silicon.cr4);
		}
	}
}

static void a_locked_register_is_never_written(void **state)
{
	struct cpu cpu = silicon_entered_cpu(&bochs_models[0], 5);

	assert_int_equal(silicon.writes, 0);
	assert_false(cpu.outcome.feature_control_written);
	assert_int_equal(cpu.outcome.feature_control_after.state, MSR_NOT_READ);
}

static void an_unlocked_register_is_written_once_and_read_back(void **state)
{
	struct cpu cpu = silicon_entered_cpu(&bochs_models[0], 0);

	assert_int_equal(silicon.writes, 1);
	assert_true(cpu.outcome.feature_control_written);
	assert_false(cpu.outcome.feature_control_write_faulted);
	assert_int_equal(cpu.outcome.feature_control_after.state, MSR_READ);
	assert_int_equal(cpu.outcome.feature_control_after.value, 5);
}

static void sgx_and_lmce_bits_survive_the_write(void **state)
{
	struct cpu cpu = silicon_planned_cpu(&bochs_models[0], 1 << 17 | 1 << 20);

	silicon.optional = 1 << 17 | 1 << 20;
	arch_vmx_enter(&cpu);
	assert_int_equal(cpu.outcome.reason, REASON_NONE);
	assert_int_equal(silicon.feature_control, 1 << 17 | 1 << 20 | 5);
}

static void a_sibling_that_locks_first_with_vmx_on_does_no_harm(void **state)
{
	struct cpu cpu = silicon_planned_cpu(&bochs_models[0], 0);

	silicon.sibling_locks = 5;
	arch_vmx_enter(&cpu);
	assert_true(cpu.outcome.feature_control_write_faulted);
	assert_int_equal(cpu.outcome.reason, REASON_NONE);
	assert_true(cpu.outcome.in_root_operation);
}

static void a_sibling_that_locks_first_without_vmx_decides(void **state)
{
	struct cpu off = silicon_planned_cpu(&bochs_models[0], 0), smx;

	silicon.sibling_locks = 1;
	arch_vmx_enter(&off);
	assert_not_entered(&off, REASON_LOCKED_OFF);
	assert_int_equal(off.outcome.feature_control_after.value, 1);
	assert_int_equal(silicon.vmxons, 0);
	smx = silicon_planned_cpu(&bochs_models[1], 0);
	silicon.sibling_locks = 3;
	arch_vmx_enter(&smx);
	assert_not_entered(&smx, REASON_SMX_ONLY);
}

static void a_write_without_effect_is_refused(void **state)
{
	struct cpu cpu = silicon_planned_cpu(&bochs_models[0], 0);

	silicon.ignores_writes = true;
	arch_vmx_enter(&cpu);
	assert_not_entered(&cpu, REASON_WRITE_REFUSED);
	assert_false(cpu.outcome.feature_control_write_faulted);
	assert_int_equal(silicon.vmxons, 0);
}

static void a_write_that_faults_for_its_value_is_refused(void **state)
{
	struct cpu cpu = silicon_planned_cpu(&bochs_models[0], 1 << 18);

	arch_vmx_enter(&cpu);
	assert_not_entered(&cpu, REASON_WRITE_REFUSED);
	assert_true(cpu.outcome.feature_control_write_faulted);
}

static void a_register_that_cannot_be_read_back_is_refused(void **state)
{
	struct cpu cpu = silicon_planned_cpu(&bochs_models[0], 0);

	silicon.hides_after_write = true;
	arch_vmx_enter(&cpu);
	assert_not_entered(&cpu, REASON_WRITE_REFUSED);
	assert_int_equal(cpu.outcome.feature_control_after.state, MSR_FAULTED);
}

static void a_control_register_that_faults_stops_before_vmxon(void **state)
{
	struct cpu cpu = silicon_planned_cpu(&bochs_models[0], 5);

	silicon.reserved_cr4 |= CR4_VMXE;
	arch_vmx_enter(&cpu);
	assert_not_entered(&cpu, REASON_CR_FIXED_BITS);
	assert_int_equal(silicon.vmxons, 0);
	assert_int_equal(cpu.outcome.vmxon.kind, VMX_NOT_TRIED);
}

static void the_region_is_zero_but_for_the_revision_with_bit_31_clear(void **state)
{
	struct cpu cpu = silicon_planned_cpu(&bochs_models[0], 5);
	struct msr_reading basic = cpu.evidence.msr[0];

	basic.value |= 0x80000000;
	record_set_msr(&cpu.evidence, 0, basic);
	arch_vmx_enter(&cpu);
	assert_int_equal(silicon.region[0], 0x2B);
	for (size_t i = 1; i < 1024; i++)
		assert_int_equal(silicon.region[i], 0);
}

static void each_result_of_vmxon_is_told_from_the_others(void **state)
{
	static const struct {
		int vmxon;
		struct vmx_status status;
		enum reason reason;
	} results[] = {
		{VMXON_CF, {VMX_FAIL_INVALID, 0, 0}, REASON_VMXON_FAIL_INVALID},
		{VMXON_ZF, {VMX_FAIL_VALID, 15, 0}, REASON_VMXON_FAIL_VALID},
		{VMXON_BOTH, {VMX_NO_EFFECT, 0, 0}, REASON_VMXON_NO_EFFECT},
		{VMXON_SKIPPED, {VMX_NO_EFFECT, 0, 0}, REASON_VMXON_NO_EFFECT},
		{VMXON_GP, {VMX_FAULTED, VECTOR_GP, 0x18}, REASON_VMXON_FAULT},
	};

	for (size_t i = 0; i < COUNT_OF(results); i++) {
		struct cpu cpu = silicon_planned_cpu(&bochs_models[0], 5);

		silicon.vmxon = results[i].vmxon;
		arch_vmx_enter(&cpu);
		assert_true(vmx_status_same(cpu.outcome.vmxon, results[i].status));
		assert_not_entered(&cpu, results[i].reason);
		assert_int_equal(cpu.outcome.predicted.status.kind, VMX_SUCCEEDED);
	}
}

static void a_cpu_that_is_in_vmx_already_fails_with_error_15(void **state)
{
	struct cpu cpu = silicon_planned_cpu(&bochs_models[0], 5);

	silicon.cr0 |= CR0_NE;
	silicon.cr4 |= CR4_VMXE;
	silicon.in_root = true;
	arch_vmx_enter(&cpu);
	assert_not_entered(&cpu, REASON_VMXON_FAIL_VALID);
	assert_int_equal(cpu.outcome.vmxon.number, 15);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(
			every_model_enters_without_a_fault_from_every_state_that_allows_it),
		cmocka_unit_test(a_locked_register_is_never_written),
		cmocka_unit_test(an_unlocked_register_is_written_once_and_read_back),
		cmocka_unit_test(sgx_and_lmce_bits_survive_the_write),
		cmocka_unit_test(a_sibling_that_locks_first_with_vmx_on_does_no_harm),
		cmocka_unit_test(a_sibling_that_locks_first_without_vmx_decides),
		cmocka_unit_test(a_write_without_effect_is_refused),
		cmocka_unit_test(a_write_that_faults_for_its_value_is_refused),
		cmocka_unit_test(a_register_that_cannot_be_read_back_is_refused),
		cmocka_unit_test(a_control_register_that_faults_stops_before_vmxon),
		cmocka_unit_test(the_region_is_zero_but_for_the_revision_with_bit_31_clear),
		cmocka_unit_test(each_result_of_vmxon_is_told_from_the_others),
		cmocka_unit_test(a_cpu_that_is_in_vmx_already_fails_with_error_15),
	};

	return unit_run(rules, COUNT_OF(rules));
}
