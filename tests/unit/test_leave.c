/* arch/x86_64/vmx/enter.c, leaving: no CPU stays in VMX operation, whoever entered it. */
#include "arch/x86_64/registers.h"
#include "kernel/machine/arch.h"
#include "tests/unit/silicon.h"

static void translations_are_dropped_on_entry_and_before_leaving_where_the_cpu_can(void **state)
{
	for (size_t i = 0; i < COUNT_OF(bochs_models); i++) {
		struct cpu cpu = silicon_entered_cpu(&bochs_models[i], 5);
		uint64_t can = bochs_models[i].msr[0x0C].value;
		unsigned invept = (can >> 20 & 1) && (can >> 26 & 1);
		unsigned invvpid = (can >> 32 & 1) && (can >> 42 & 1);

		assert_int_equal(silicon.invepts, invept);
		assert_int_equal(silicon.invvpids, invvpid);
		arch_vmx_leave(&cpu);
		assert_int_equal(silicon.invepts, 2 * invept);
		assert_int_equal(silicon.invvpids, 2 * invvpid);
		assert_int_equal(silicon.faults, 0);
	}
}

static void leaving_ends_vmx_operation_and_clears_vmxe(void **state)
{
	struct cpu cpu = silicon_entered_cpu(&bochs_models[0], 5);

	arch_vmx_leave(&cpu);
	assert_false(silicon.in_root);
	assert_false(silicon.cr4 & CR4_VMXE);
	assert_true(cpu.outcome.left);
	assert_false(cpu.outcome.in_root_operation);
	assert_int_equal(cpu.outcome.reason, REASON_NONE);
	assert_int_equal(silicon.faults, 0);
}

static void leaving_twice_executes_vmxoff_once(void **state)
{
	struct cpu cpu = silicon_entered_cpu(&bochs_models[0], 5);

	arch_vmx_leave(&cpu);
	arch_vmx_leave(&cpu);
	assert_int_equal(silicon.vmxoffs, 1);
	assert_true(cpu.outcome.left);
	assert_int_equal(silicon.faults, 0);
}

static void a_cpu_that_did_not_enter_is_taken_out_all_the_same(void **state)
{
	struct cpu cpu = silicon_planned_cpu(&bochs_models[0], 5);

	silicon.vmxon = VMXON_CF;
	arch_vmx_enter(&cpu);
	arch_vmx_leave(&cpu);
	assert_int_equal(silicon.vmxoffs, 1);
	assert_false(silicon.cr4 & CR4_VMXE);
	assert_false(cpu.outcome.left);
	assert_int_equal(cpu.outcome.reason, REASON_VMXON_FAIL_INVALID);
}

static void a_cpu_that_others_had_left_in_vmx_is_taken_out(void **state)
{
	struct cpu cpu = silicon_planned_cpu(&bochs_models[0], 5);

	silicon.cr0 |= CR0_NE;
	silicon.cr4 |= CR4_VMXE;
	silicon.in_root = true;
	arch_vmx_enter(&cpu);
	arch_vmx_leave(&cpu);
	assert_false(silicon.in_root);
	assert_false(silicon.cr4 & CR4_VMXE);
	assert_int_equal(cpu.outcome.reason, REASON_VMXON_FAIL_VALID);
}

static void a_cpu_that_stopped_before_vmxe_executes_nothing(void **state)
{
	struct cpu cpu = silicon_planned_cpu(&bochs_models[0], 0);

	silicon.ignores_writes = true;
	arch_vmx_enter(&cpu);
	arch_vmx_leave(&cpu);
	assert_int_equal(silicon.vmxoffs, 0);
	assert_int_equal(silicon.faults, 0);
}

static void a_vmcs_in_use_is_cleared_before_leaving(void **state)
{
	struct cpu cpu = silicon_entered_cpu(&bochs_models[0], 5);

	cpu.outcome.vmcs_in_use = true;
	arch_vmx_leave(&cpu);
	assert_int_equal(silicon.vmcs_cleared, cpu.found.vmcs_phys);
	assert_false(cpu.outcome.vmcs_in_use);
	assert_int_equal(silicon.faults, 0);
}

static void a_vmxoff_that_fails_is_said_and_leaves_the_cpu_in_root_operation(void **state)
{
	struct cpu cpu = silicon_entered_cpu(&bochs_models[0], 5);

	silicon.vmxoff_fails = true;
	arch_vmx_leave(&cpu);
	assert_int_equal(cpu.outcome.reason, REASON_VMXOFF);
	assert_false(cpu.outcome.left);
	assert_true(cpu.outcome.in_root_operation);
}

static void after_leaving_vmx_can_be_entered_again(void **state)
{
	struct cpu cpu = silicon_entered_cpu(&bochs_models[0], 0);

	arch_vmx_leave(&cpu);
	arch_vmx_enter_again(&cpu);
	assert_false(cpu.outcome.left);
	assert_int_equal(cpu.outcome.reason, REASON_NONE);
	assert_true(silicon.in_root);
	assert_int_equal(silicon.writes, 1);
	assert_int_equal(silicon.faults, 0);
}

static void an_entry_that_fails_keeps_nothing_of_an_earlier_one(void **state)
{
	struct cpu cpu = silicon_entered_cpu(&bochs_models[0], 5);

	arch_vmx_leave(&cpu);
	silicon.reserved_cr4 |= CR4_VMXE;
	arch_vmx_enter_again(&cpu);
	assert_int_equal(cpu.outcome.reason, REASON_CR_FIXED_BITS);
	assert_int_equal(cpu.outcome.vmxon.kind, VMX_NOT_TRIED);
	assert_null(cpu.outcome.predicted.because);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(
			translations_are_dropped_on_entry_and_before_leaving_where_the_cpu_can),
		cmocka_unit_test(leaving_ends_vmx_operation_and_clears_vmxe),
		cmocka_unit_test(leaving_twice_executes_vmxoff_once),
		cmocka_unit_test(a_cpu_that_did_not_enter_is_taken_out_all_the_same),
		cmocka_unit_test(a_cpu_that_others_had_left_in_vmx_is_taken_out),
		cmocka_unit_test(a_cpu_that_stopped_before_vmxe_executes_nothing),
		cmocka_unit_test(a_vmcs_in_use_is_cleared_before_leaving),
		cmocka_unit_test(a_vmxoff_that_fails_is_said_and_leaves_the_cpu_in_root_operation),
		cmocka_unit_test(after_leaving_vmx_can_be_entered_again),
		cmocka_unit_test(an_entry_that_fails_keeps_nothing_of_an_earlier_one),
	};

	return unit_run(rules, COUNT_OF(rules));
}
