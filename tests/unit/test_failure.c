/* kernel/report/narrate.h: errors and warnings as lines for people. */
#include "tests/unit/cpus.h"
#include "kernel/report/narrate.h"

static void an_error_is_followed_by_its_hint(void **state)
{
	for (enum reason reason = REASON_NONE + 1; reason < REASON_COUNT; reason++) {
		struct machine machine = cpus_machine(2);
		const char *error;

		cpus_stop(machine.cpus.cpu[1], reason);
		error = strstr(cpus_story(&machine), "\ncpu 1: error: ");
		assert_non_null(error);
		assert_memory_equal(strchr(error + 1, '\n'), "\ncpu 1: hint: ", 14);
		cpus_assert_not_told(&machine, "cpu 0: error");
	}
}

static void cpus_without_failure_have_neither_error_nor_hint_nor_warning(void **state)
{
	struct machine machine = cpus_machine(17);

	cpus_assert_not_told(&machine, "error: ");
	cpus_assert_not_told(&machine, "hint: ");
	cpus_assert_not_told(&machine, "warning: ");
}

static void a_silent_cpu_has_no_facts_but_its_apic_id(void **state)
{
	struct machine machine = cpus_machine(4);

	cpus_silence(machine.cpus.cpu[2]);
	cpus_assert_told(&machine, "\ncpu 2: error: APIC ID 4 did not start after INIT-SIPI-SIPI");
	cpus_assert_not_told(&machine, "cpu 2: CPUID");
	cpus_assert_not_told(&machine, "cpu 2: IA32");
}

static void silent_cpus_that_share_a_line_are_all_named_by_apic_id(void **state)
{
	struct machine machine = cpus_machine(20);

	for (uint32_t i = 17; i < 20; i++)
		cpus_silence(machine.cpus.cpu[i]);
	cpus_assert_told(
		&machine,
		"\ncpus 17-19: error: APIC ID 34,36,38 did not start after INIT-SIPI-SIPI");
}

static void vmx_in_use_before_and_a_lost_race_for_the_lock_are_warnings(void **state)
{
	struct machine machine = cpus_machine(1);

	machine.cpus.cpu[0]->evidence.vmxe_at_entry = true;
	cpus_assert_told(&machine, "cpu 0: warning: CR4.VMXE was set at entry");
	machine.cpus.cpu[0]->outcome.feature_control_write_faulted = true;
	cpus_assert_told(&machine, "cpu 0: warning: writing IA32_FEATURE_CONTROL faulted");
}

static void success_against_the_prediction_is_a_warning(void **state)
{
	struct machine machine = cpus_machine(1);

	machine.cpus.cpu[0]->outcome.predicted =
		(struct vmxon_prediction){{VMX_FAULTED, 13, 0}, "CR4.VMXE is clear"};
	cpus_assert_told(&machine, "cpu 0: warning: VMXON succeeded, but the SDM predicts failure "
	                           "(fault): CR4.VMXE is clear\n");
}

static const char *leaving_of(const struct machine *machine)
{
	return cpus_printed(narrate_leaving, machine);
}

static void only_what_went_wrong_in_leaving_is_told_at_the_end(void **state)
{
	struct machine machine = cpus_machine(5);

	assert_string_equal(leaving_of(&machine), "");
	machine.cpus.cpu[1]->outcome.reason = REASON_VMXON_FAULT;
	cpus_silence(machine.cpus.cpu[2]);
	assert_string_equal(leaving_of(&machine), "");
	machine.cpus.cpu[3]->outcome.reason = REASON_VMXOFF;
	machine.cpus.cpu[4]->progress.failure = REASON_AP_TIMEOUT;
	assert_int_equal(unit_occurrences(leaving_of(&machine), "\n"), 4);
	assert_non_null(strstr(leaving_of(&machine), "cpu 3: error: VMXOFF failed"));
	assert_non_null(strstr(leaving_of(&machine), "cpu 4: error: APIC ID 8 "));
	machine.cpus.cpu[4]->reported = REASON_NO_VMX; /* before, and for another reason */
	assert_non_null(strstr(leaving_of(&machine), "cpu 4: error: APIC ID 8 "));
	machine.cpus.cpu[4]->reported = REASON_AP_TIMEOUT;
	assert_null(strstr(leaving_of(&machine), "cpu 4"));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(an_error_is_followed_by_its_hint),
		cmocka_unit_test(cpus_without_failure_have_neither_error_nor_hint_nor_warning),
		cmocka_unit_test(a_silent_cpu_has_no_facts_but_its_apic_id),
		cmocka_unit_test(silent_cpus_that_share_a_line_are_all_named_by_apic_id),
		cmocka_unit_test(vmx_in_use_before_and_a_lost_race_for_the_lock_are_warnings),
		cmocka_unit_test(success_against_the_prediction_is_a_warning),
		cmocka_unit_test(only_what_went_wrong_in_leaving_is_told_at_the_end),
	};

	return unit_run(rules, COUNT_OF(rules));
}
