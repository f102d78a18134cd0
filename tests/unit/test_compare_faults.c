/* kernel/report/compare.h: which CPUs are compared, and which differences are faults. */
#include "kernel/record/vmx_names.h"
#include "kernel/report/compare.h"
#include "tests/unit/cpus.h"

static const char *differences_of(const struct machine *machine)
{
	return cpus_printed(compare_print, machine);
}

static void a_cpu_that_has_read_anything_is_compared(void **state)
{
	for (unsigned way = 0; way < 4; way++) {
		struct machine machine = cpus_machine(3);
		struct vmx_evidence *evidence = &machine.cpus.cpu[2]->evidence;

		*evidence = (struct vmx_evidence){0};
		if (way == 1)
			evidence->signature = 1;
		else if (way == 2)
			evidence->feature_control.state = MSR_FAULTED;
		else if (way == 3)
			evidence->msr[0].state = MSR_FAULTED;
		assert_int_equal(differences_of(&machine)[0] != '\0', way != 0);
		assert_int_equal(compare_finds_fault(&machine), way != 0);
	}
}

static void where_cpu_0_has_read_nothing_there_is_nothing_to_compare_with(void **state)
{
	struct machine machine = cpus_machine(3), none = {0};

	machine.cpus.cpu[0]->evidence = (struct vmx_evidence){0};
	assert_string_equal(differences_of(&machine), "");
	assert_false(compare_finds_fault(&machine));
	assert_false(compare_finds_fault(&none));
}

static void a_cpu_behind_one_without_values_is_compared(void **state)
{
	struct machine machine = cpus_machine(3);

	machine.cpus.cpu[1]->evidence = (struct vmx_evidence){0};
	machine.cpus.cpu[2]->evidence.msr[9].value ^= 1;
	assert_non_null(strstr(differences_of(&machine), "cpu 2: warning: unlike cpu 0: "));
	assert_true(compare_finds_fault(&machine));
}

static void each_msr_that_differs_is_a_fault(void **state)
{
	for (unsigned msr = 0; msr < VMX_MSR_COUNT; msr++) {
		struct machine machine = cpus_machine(3);

		assert_false(compare_finds_fault(&machine));
		machine.cpus.cpu[2]->evidence.msr[msr] = (struct msr_reading){0x55, MSR_READ};
		assert_true(compare_finds_fault(&machine));
	}
}

/* Packages may have different steppings and microcode; a second difference may be a fault. */
static void packages_are_told_apart_by_the_upper_bits_of_the_apic_id(void **state)
{
	struct machine machine = cpus_machine(4);

	machine.package_shift = 2; /* APIC IDs 1, 2 | 4, 6 */
	machine.cpus.cpu[0]->found.apic_id = 1;
	for (uint32_t i = 2; i < 4; i++)
		machine.cpus.cpu[i]->evidence.microcode.value ^= 1ull << 32;
	assert_false(compare_finds_fault(&machine));
	assert_non_null(strstr(differences_of(&machine), "normal between packages"));
	machine.cpus.cpu[1]->evidence.microcode.value ^= 2ull << 32;
	assert_true(compare_finds_fault(&machine));
	machine = cpus_machine(4);
	machine.package_shift = 4;
	machine.cpus.cpu[3]->evidence.microcode.value ^= 1ull << 32;
	assert_true(compare_finds_fault(&machine));
	machine.package_shift = 0; /* not known */
	assert_true(compare_finds_fault(&machine));
}

static void a_value_that_is_missing_is_not_excused(void **state)
{
	for (uint32_t cpu = 0; cpu < 2; cpu++) {
		struct machine machine = cpus_machine(2);

		machine.package_shift = 1;
		machine.cpus.cpu[cpu]->evidence.microcode.state = MSR_NOT_READ;
		assert_true(compare_finds_fault(&machine));
	}
}

/* IA32_FEATURE_CONTROL differs in a bit that does not matter to VMX, but on CPU 0 it cannot be
 * read. */
static void nor_is_one_that_faults_on_one_cpu(void **state)
{
	for (uint32_t cpu = 0; cpu < 2; cpu++) {
		struct machine machine = cpus_machine(2);

		machine.cpus.cpu[cpu]->evidence.feature_control.value ^= 1ull << 20;
		assert_false(compare_finds_fault(&machine));
		machine.cpus.cpu[cpu]->evidence.feature_control.state = MSR_FAULTED;
		assert_true(compare_finds_fault(&machine));
	}
}

static void a_fault_after_an_excused_difference_is_found(void **state)
{
	struct machine machine = cpus_machine(3);

	machine.cpus.cpu[1]->evidence.feature_control.value ^= 1ull << 20;
	assert_false(compare_finds_fault(&machine));
	machine.cpus.cpu[2]->evidence.feature_control.value ^= 1ull << 2;
	assert_true(compare_finds_fault(&machine));
}

static void the_core_type_is_compared_with_that_of_cpu_0(void **state)
{
	struct machine machine = cpus_machine(3);

	machine.cpus.cpu[1]->evidence.core_type = 0x20;
	machine.cpus.cpu[2]->evidence.signature ^= 0x10000;
	assert_true(compare_finds_fault(&machine));
	machine.cpus.cpu[2]->evidence.core_type = 0x20;
	machine.cpus.cpu[1]->evidence.signature ^= 0x10000;
	assert_false(compare_finds_fault(&machine));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_cpu_that_has_read_anything_is_compared),
		cmocka_unit_test(where_cpu_0_has_read_nothing_there_is_nothing_to_compare_with),
		cmocka_unit_test(a_cpu_behind_one_without_values_is_compared),
		cmocka_unit_test(each_msr_that_differs_is_a_fault),
		cmocka_unit_test(packages_are_told_apart_by_the_upper_bits_of_the_apic_id),
		cmocka_unit_test(a_value_that_is_missing_is_not_excused),
		cmocka_unit_test(nor_is_one_that_faults_on_one_cpu),
		cmocka_unit_test(a_fault_after_an_excused_difference_is_found),
		cmocka_unit_test(the_core_type_is_compared_with_that_of_cpu_0),
	};

	return unit_run(rules, COUNT_OF(rules));
}
