/* kernel/report/compare.h: differences between CPUs that should be the same. */
#include "tests/unit/cpus.h"
#include "kernel/report/compare.h"

static const char *differences_of(const struct machine *machine)
{
	return cpus_printed(compare_print, machine);
}

static void equal_cpus_have_no_differences(void **state)
{
	struct machine none = {0};
	struct machine one = cpus_machine(1);
	struct machine many = cpus_machine(64);

	assert_string_equal(differences_of(&none), "");
	assert_string_equal(differences_of(&one), "");
	assert_string_equal(differences_of(&many), "");
}

static void missing_bits_are_named(void **state)
{
	struct machine machine = cpus_machine(4);

	machine.cpus.cpu[2]->evidence.msr[9].value = 0x3027FF;
	machine.cpus.cpu[3]->evidence.msr[9].value = 0x3027FF;
	assert_string_equal(differences_of(&machine),
	                    "cpus 2-3: warning: unlike cpu 0: IA32_VMX_CR4_FIXED1 = 0x3027ff, "
	                    "lacks bits 0x70000\n");
}

static void additional_bits_are_named(void **state)
{
	struct machine machine = cpus_machine(2);

	machine.cpus.cpu[1]->evidence.feature_control.value = 0x100005;
	assert_string_equal(differences_of(&machine),
	                    "cpu 1: warning: unlike cpu 0: IA32_FEATURE_CONTROL = 0x100005, extra "
	                    "bits 0x100005\n");
}

static void a_register_that_is_absent_or_faults_is_no_number(void **state)
{
	struct machine machine = cpus_machine(3);

	machine.cpus.cpu[1]->evidence.msr[8] = (struct msr_reading){0};
	machine.cpus.cpu[2]->evidence.msr[8] = (struct msr_reading){0, MSR_FAULTED};
	assert_string_equal(differences_of(&machine),
	                    "cpu 1: warning: unlike cpu 0: IA32_VMX_CR4_FIXED0 does not exist\ncpu "
	                    "2: warning: unlike cpu 0: IA32_VMX_CR4_FIXED0 cannot be read\n");
}

static void a_register_that_only_others_have_is_shown_without_bits(void **state)
{
	struct machine machine = cpus_machine(2);

	machine.cpus.cpu[1]->evidence.msr[0x11] = (struct msr_reading){1, MSR_READ};
	assert_string_equal(differences_of(&machine),
	                    "cpu 1: warning: unlike cpu 0: IA32_VMX_VMFUNC = 0x1\n");
}

static void each_different_value_is_one_line_for_all_that_have_it(void **state)
{
	struct machine machine = cpus_machine(4096);

	for (uint32_t i = 1; i < machine.cpus.count; i += 2)
		machine.cpus.cpu[i]->evidence.microcode.value = i % 4 == 1 ? 0 : 1ull << 32;
	assert_int_equal(unit_occurrences(differences_of(&machine), "\n"), 2);
}

static void the_first_and_the_last_msr_are_compared_too(void **state)
{
	struct machine machine = cpus_machine(2);

	machine.cpus.cpu[1]->evidence.msr[0].value++;
	machine.cpus.cpu[1]->evidence.msr[VMX_MSR_COUNT - 1] = (struct msr_reading){1, MSR_READ};
	assert_non_null(strstr(differences_of(&machine), "IA32_VMX_BASIC = "));
	assert_non_null(strstr(differences_of(&machine), "IA32_VMX_EXIT_CTLS2 = 0x1\n"));
}

static void only_bits_that_differ_are_named(void **state)
{
	struct machine machine = cpus_machine(2);

	machine.cpus.cpu[0]->evidence.feature_control.value = 5;
	machine.cpus.cpu[1]->evidence.feature_control.value = 0x100005;
	assert_string_equal(differences_of(&machine),
	                    "cpu 1: warning: unlike cpu 0: IA32_FEATURE_CONTROL = 0x100005, extra "
	                    "bits 0x100000\n");
}

static void silent_cpus_are_not_compared(void **state)
{
	struct machine machine = cpus_machine(3);

	cpus_silence(machine.cpus.cpu[1]);
	assert_string_equal(differences_of(&machine), "");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(equal_cpus_have_no_differences),
		cmocka_unit_test(missing_bits_are_named),
		cmocka_unit_test(additional_bits_are_named),
		cmocka_unit_test(a_register_that_is_absent_or_faults_is_no_number),
		cmocka_unit_test(a_register_that_only_others_have_is_shown_without_bits),
		cmocka_unit_test(each_different_value_is_one_line_for_all_that_have_it),
		cmocka_unit_test(the_first_and_the_last_msr_are_compared_too),
		cmocka_unit_test(only_bits_that_differ_are_named),
		cmocka_unit_test(silent_cpus_are_not_compared),
	};

	return unit_run(rules, COUNT(rules));
}
