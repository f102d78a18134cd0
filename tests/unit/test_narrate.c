/* kernel/report.h: the lines for people. docs/serial-log.md "Lines for people" */
#include "tests/unit/cpus.h"

static const char *story_of(const struct machine *machine)
{
	return cpus_printed(report_narrate, machine);
}

static void assert_line(const struct machine *machine, const char *line)
{
	const char *story = story_of(machine);

	if (strstr(story, line) == NULL)
		fail_msg("\"%s\" is not in:\n%s", line, story);
}

static void assert_no_line(const struct machine *machine, const char *line)
{
	const char *story = story_of(machine);

	if (strstr(story, line) != NULL)
		fail_msg("\"%s\" is in:\n%s", line, story);
}

static void the_facts_of_the_contract_appear_for_each_cpu(void **state)
{
	static const char *const facts[] = {
		": GenuineIntel, Intel(R) Core(TM) i7-7800X CPU @ 3.50GHz, family 6, model 85, "
		"stepping 4, ",
		": CPUID.1:ECX.VMX[5] = 1\n",
		": IA32_FEATURE_CONTROL = 0x0: unlocked, VMX outside SMX off, VMX in SMX off\n",
		": IA32_FEATURE_CONTROL after writing it = 0x5: locked, VMX outside SMX on, VMX in "
		"SMX off\n",
		": IA32_VMX_BASIC = 0xd810000000002b: revision identifier 0x2b, region size 4096 "
		"bytes, "
		"write-back\n",
		": CR0 = 0x80010031, CR4 = 0x2020\n",
		", VMXON succeeded\n",
	};
	struct machine machine = cpus_machine(4);

	for (size_t i = 0; i < COUNT(facts); i++)
		assert_int_equal(unit_occurrences(story_of(&machine), facts[i]), 4);
	assert_line(&machine, "cpu 3: VMXON region at 0x103000, VMXON succeeded\n");
	assert_line(&machine, ", APIC ID 6, microcode 0x2000062\n");
}

static void up_to_16_cpus_have_lines_of_their_own(void **state)
{
	struct machine machine = cpus_machine(16);

	assert_int_equal(unit_occurrences(story_of(&machine), "CPUID.1:ECX.VMX[5]"), 16);
	assert_line(&machine, "cpu 15: CPUID.1:ECX.VMX[5] = 1\n");
	assert_no_line(&machine, "cpus ");
}

static void above_16_equal_cpus_share_lines(void **state)
{
	struct machine machine = cpus_machine(17);
	struct machine many = cpus_machine(4096);

	assert_int_equal(unit_occurrences(story_of(&machine), "CPUID.1:ECX.VMX[5]"), 1);
	assert_line(&machine,
	            "cpus 0-16: VMXON regions from 0x100000 to 0x110000, VMXON succeeded\n");
	assert_line(&machine, "APIC ID 0,2,4,6,8,10,12,14,16,18,20,22,24,26,28,30,32");
	assert_int_equal(unit_occurrences(story_of(&many), "\n"),
	                 unit_occurrences(story_of(&machine), "\n"));
}

static void verbose_gives_each_cpu_its_lines_whatever_their_number(void **state)
{
	struct machine machine = cpus_machine(17);

	machine.verbose = true;
	assert_int_equal(unit_occurrences(story_of(&machine), "CPUID.1:ECX.VMX[5]"), 17);
	assert_no_line(&machine, "cpus ");
}

static void each_line_begins_with_its_scope(void **state)
{
	struct machine machine = cpus_machine(17);

	cpus_stop(machine.cpus.cpu[4], REASON_LOCKED_OFF);
	machine.cpus.cpu[5]->evidence.vmxe_at_entry = true;
	cpus_silence(machine.cpus.cpu[6]);
	for (const char *line = story_of(&machine); *line != '\0'; line = strchr(line, '\n') + 1) {
		assert_memory_equal(line, "cpu", 3);
		assert_non_null(strstr(line, ": "));
	}
}

static void an_error_is_followed_by_its_hint(void **state)
{
	for (enum reason reason = REASON_NONE + 1; reason < REASON_COUNT; reason++) {
		struct machine machine = cpus_machine(2);
		const char *error;

		cpus_stop(machine.cpus.cpu[1], reason);
		error = strstr(story_of(&machine), "\ncpu 1: error: ");
		assert_non_null(error);
		assert_memory_equal(strchr(error + 1, '\n'), "\ncpu 1: hint: ", 14);
		assert_no_line(&machine, "cpu 0: error");
	}
}

static void cpus_without_trouble_have_neither_error_nor_hint_nor_warning(void **state)
{
	struct machine machine = cpus_machine(17);

	assert_no_line(&machine, "error: ");
	assert_no_line(&machine, "hint: ");
	assert_no_line(&machine, "warning: ");
}

static void a_silent_cpu_has_no_facts_but_its_apic_id(void **state)
{
	struct machine machine = cpus_machine(4);

	cpus_silence(machine.cpus.cpu[2]);
	assert_line(&machine, "\ncpu 2: error: APIC ID 4 gave no sign of life");
	assert_no_line(&machine, "cpu 2: CPUID");
	assert_no_line(&machine, "cpu 2: IA32");
}

static void silent_cpus_that_share_a_line_are_all_named_by_apic_id(void **state)
{
	struct machine machine = cpus_machine(20);

	for (uint32_t i = 17; i < 20; i++)
		cpus_silence(machine.cpus.cpu[i]);
	assert_line(&machine, "\ncpus 17-19: error: APIC ID 34,36,38 gave no sign of life");
}

static void a_register_that_was_locked_has_no_line_for_after(void **state)
{
	struct machine machine = cpus_machine(1);

	machine.cpus.cpu[0]->evidence.feature_control.value = 5;
	machine.cpus.cpu[0]->outcome.feature_control_after.state = MSR_NOT_READ;
	assert_no_line(&machine, "after writing it");
}

static void a_read_that_faults_is_said_not_shown_as_zero(void **state)
{
	struct machine machine = cpus_machine(1);

	machine.cpus.cpu[0]->evidence.feature_control = (struct msr_reading){0, MSR_FAULTED};
	assert_line(&machine, "IA32_FEATURE_CONTROL: RDMSR faults\n");
	assert_no_line(&machine, "IA32_FEATURE_CONTROL = ");
}

static void family_and_model_count_their_extensions_as_cpuid_says(void **state)
{
	static const struct {
		uint32_t signature;
		const char *text;
	} known[] = {
		{0x00633, "family 6, model 3, stepping 3,"},
		{0x1067A, "family 6, model 23, stepping 10,"},
		{0x806C1, "family 6, model 140, stepping 1,"},
		{0x00F41, "family 15, model 4, stepping 1,"},
		{0x100F23, "family 16, model 2, stepping 3,"},
		{0x800F11, "family 23, model 1, stepping 1,"},
		{0x00543, "family 5, model 4, stepping 3,"},
		{0x10F05, "family 15, model 16, stepping 5,"},
	};
	struct machine machine = cpus_machine(1);

	for (size_t i = 0; i < COUNT(known); i++) {
		machine.cpus.cpu[0]->evidence.signature = known[i].signature;
		assert_line(&machine, known[i].text);
	}
}

static void a_hypervisor_is_named_even_if_it_gives_no_name(void **state)
{
	struct machine machine = cpus_machine(1);

	assert_no_line(&machine, "hypervisor");
	machine.cpus.cpu[0]->evidence.hypervisor = true;
	assert_line(&machine, ", under the hypervisor (it gives no name)\n");
	strcpy(machine.cpus.cpu[0]->evidence.hypervisor_vendor, "KVMKVMKVM");
	assert_line(&machine, ", under the hypervisor KVMKVMKVM\n");
}

static void core_types_of_hybrid_parts_are_named(void **state)
{
	struct machine machine = cpus_machine(2);

	machine.cpus.cpu[0]->evidence.core_type = 0x40;
	machine.cpus.cpu[1]->evidence.core_type = 0x20;
	assert_line(&machine, "APIC ID 0, performance core");
	assert_line(&machine, "APIC ID 2, efficient core");
}

static void vmx_in_use_before_and_a_lost_race_for_the_lock_are_warnings(void **state)
{
	struct machine machine = cpus_machine(1);

	machine.cpus.cpu[0]->evidence.vmxe_at_entry = true;
	assert_line(&machine, "cpu 0: warning: CR4.VMXE was set at entry");
	machine.cpus.cpu[0]->outcome.feature_control_write_faulted = true;
	assert_line(&machine, "cpu 0: warning: writing IA32_FEATURE_CONTROL faulted");
}

static void success_against_the_prediction_is_a_warning(void **state)
{
	struct machine machine = cpus_machine(1);

	machine.cpus.cpu[0]->outcome.predicted =
		(struct vmxon_prediction){VMXON_FAULTED, 13, "CR4.VMXE is clear"};
	assert_line(&machine, "cpu 0: warning: by the manual VMXON should have failed (fault), for "
	                      "CR4.VMXE is clear\n");
}

static void cpus_that_observe_tell_what_they_found_and_enter_nothing(void **state)
{
	struct machine machine = cpus_machine(1);

	machine.observe = true;
	machine.cpus.cpu[0]->outcome = (struct vmx_outcome){0};
	assert_line(&machine, "IA32_FEATURE_CONTROL = 0x0: unlocked");
	assert_no_line(&machine, "VMXON region");
	assert_no_line(&machine, "error");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_facts_of_the_contract_appear_for_each_cpu),
		cmocka_unit_test(up_to_16_cpus_have_lines_of_their_own),
		cmocka_unit_test(above_16_equal_cpus_share_lines),
		cmocka_unit_test(verbose_gives_each_cpu_its_lines_whatever_their_number),
		cmocka_unit_test(each_line_begins_with_its_scope),
		cmocka_unit_test(an_error_is_followed_by_its_hint),
		cmocka_unit_test(cpus_without_trouble_have_neither_error_nor_hint_nor_warning),
		cmocka_unit_test(a_silent_cpu_has_no_facts_but_its_apic_id),
		cmocka_unit_test(silent_cpus_that_share_a_line_are_all_named_by_apic_id),
		cmocka_unit_test(a_register_that_was_locked_has_no_line_for_after),
		cmocka_unit_test(a_read_that_faults_is_said_not_shown_as_zero),
		cmocka_unit_test(family_and_model_count_their_extensions_as_cpuid_says),
		cmocka_unit_test(a_hypervisor_is_named_even_if_it_gives_no_name),
		cmocka_unit_test(core_types_of_hybrid_parts_are_named),
		cmocka_unit_test(vmx_in_use_before_and_a_lost_race_for_the_lock_are_warnings),
		cmocka_unit_test(success_against_the_prediction_is_a_warning),
		cmocka_unit_test(cpus_that_observe_tell_what_they_found_and_enter_nothing),
	};

	return unit_run(rules, COUNT(rules));
}
