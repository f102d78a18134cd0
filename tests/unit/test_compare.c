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
	                    "cpus 2-3: warning: unlike cpu 0: IA32_VMX_CR4_FIXED1 = 0x3027ff: "
	                    "lacks CR4.FSGSBASE, lacks CR4.PCIDE, lacks CR4.OSXSAVE\n");
}

static void additional_bits_are_named(void **state)
{
	struct machine machine = cpus_machine(2);

	machine.cpus.cpu[1]->evidence.feature_control.value = 0x100005;
	assert_string_equal(
		differences_of(&machine),
		"cpu 1: warning: unlike cpu 0: IA32_FEATURE_CONTROL = 0x100005: has lock, "
		"has VMX outside SMX, has LMCE\n");
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

static void what_decides_nothing_about_vmx_is_no_warning(void **state)
{
	struct machine machine = cpus_machine(2);

	machine.cpus.cpu[0]->evidence.feature_control.value = 5;
	machine.cpus.cpu[1]->evidence.feature_control.value = 0x160005;
	assert_string_equal(differences_of(&machine),
	                    "cpu 1: unlike cpu 0: IA32_FEATURE_CONTROL = 0x160005: has SGX launch "
	                    "control, has SGX, has LMCE; irrelevant to VMX\n");
	assert_false(compare_finds_fault(&machine));
	machine.cpus.cpu[1]->evidence.feature_control.value = 0x160001;
	assert_true(compare_finds_fault(&machine));
}

/*
 * A register of CPU 1 has this value, and CPU 0's has the other one. Returns the part that names
 * the fields.
 */
static const char *fields_of(unsigned msr, uint64_t reference, uint64_t other)
{
	struct machine machine = cpus_machine(2);

	machine.cpus.cpu[0]->evidence.msr[msr - 0x480] = (struct msr_reading){reference, MSR_READ};
	machine.cpus.cpu[1]->evidence.msr[msr - 0x480] = (struct msr_reading){other, MSR_READ};
	return strstr(strstr(differences_of(&machine), " = "), ": ") + 2;
}

static void controls_have_their_names_in_both_halves(void **state)
{
	assert_string_equal(fields_of(0x481, 0x7F00000016, 0x3F00000016),
	                    "lacks vmx-preemption-timer\n");
	assert_string_equal(fields_of(0x48D, 0x3F00000016, 0x7F00000016),
	                    "has vmx-preemption-timer\n");
	assert_string_equal(fields_of(0x48D, 0x7F00000016, 0x7F0000001E),
	                    "requires vmx-nmi-exit\n");
	assert_string_equal(fields_of(0x48D, 0x7F0000001E, 0x7F00000016),
	                    "does not require vmx-nmi-exit\n");
	assert_string_equal(fields_of(0x48B, 0x8200000000, 0x200000000),
	                    "lacks vmx-unrestricted-guest\n");
}

static void a_control_that_may_be_0_on_one_cpu_alone_is_a_capability(void **state)
{
	assert_string_equal(fields_of(0x48E, 0xFFF9FFFE04006172, 0xFFF9FFFE0400E172),
	                    "lacks vmx-cr3-load-noexit\n");
	assert_string_equal(fields_of(0x48E, 0xFFF9FFFE0400E172, 0xFFF9FFFE04006172),
	                    "has vmx-cr3-load-noexit\n");
}

static void numbers_are_shown_with_those_of_cpu_0(void **state)
{
	assert_string_equal(fields_of(0x480, 0xD8100000000004, 0xDA040000000012),
	                    "revision identifier 0x12 (cpu 0: 0x4), region size 0x400 (cpu 0: "
	                    "0x1000), has dual-monitor\n");
	assert_string_equal(fields_of(0x485, 0x7004C1E7, 0x7004C1E5),
	                    "VMX-preemption timer's shift 0x5 (cpu 0: 0x7)\n");
	assert_string_equal(fields_of(0x48A, 0x2E, 0x34),
	                    "highest index of a VMCS field 0x1a (cpu 0: 0x17)\n");
}

static void fixed_bits_are_required_or_allowed(void **state)
{
	assert_string_equal(fields_of(0x486, 0x80000021, 0x80000001), "does not require CR0.NE\n");
	assert_string_equal(fields_of(0x487, 0xFFFFFFFF, 0xBFFFFFFF), "lacks CR0.CD\n");
	assert_string_equal(fields_of(0x488, 0x2000, 0x4002000), "requires bit 26\n");
	assert_string_equal(fields_of(0x489, 0x3727FF, 0x10003727FF), "has bit 36\n");
}

static void a_bit_without_a_name_has_its_number(void **state)
{
	assert_string_equal(fields_of(0x48C, 0xF0106734141, 0x80000F0106734141), "has bit 63\n");
}

static void very_many_fields_are_not_all_named(void **state)
{
	const char *all = fields_of(0x489, 0x3727FF, 0);

	assert_int_equal(unit_occurrences(all, "lacks"), 8);
	assert_non_null(strstr(all, "lacks CR4.PGE and more: bits 0x372700\n"));
}

/* Alder Lake: the BSP is a performance core with two threads. Its VMX is the same on all cores. */
static struct machine hybrid(void)
{
	struct machine machine = cpus_machine(4);

	machine.package_shift = 7;
	for (uint32_t i = 0; i < machine.cpus.count; i++) {
		struct vmx_evidence *evidence = &machine.cpus.cpu[i]->evidence;

		evidence->signature = 0x90672;
		evidence->core_type = i < 2 ? 0x40 : 0x20;
		evidence->microcode.value = i < 2 ? 0x2E00000000 : 0x2C00000000;
	}
	return machine;
}

static void the_core_types_of_a_hybrid_processor_may_differ(void **state)
{
	struct machine machine = hybrid();

	assert_string_equal(
		differences_of(&machine),
		"cpus 2-3: unlike cpu 0: CPUID.1AH:EAX[31:24] = 0x20: core type 0x20 (cpu 0: "
		"0x40); normal between the core types of a hybrid processor\n"
		"cpus 2-3: unlike cpu 0: IA32_BIOS_SIGN_ID (microcode revision) = 0x2c00000000: "
		"revision 0x2c (cpu 0: 0x2e); normal between the core types of a hybrid "
		"processor\n");
	assert_false(compare_finds_fault(&machine));
}

static void cores_of_one_type_may_not_differ(void **state)
{
	struct machine machine = hybrid();

	machine.cpus.cpu[1]->evidence.microcode.value = 0x2C00000000;
	assert_non_null(strstr(differences_of(&machine),
	                       "cpu 1: warning: unlike cpu 0: IA32_BIOS_SIGN_ID (microcode "
	                       "revision) = 0x2c00000000: revision 0x2c (cpu 0: 0x2e)\n"
	                       "cpus 2-3: unlike cpu 0: IA32_BIOS_SIGN_ID"));
	assert_true(compare_finds_fault(&machine));
}

static void vmx_that_differs_between_core_types_matters(void **state)
{
	struct machine machine = hybrid();

	machine.cpus.cpu[3]->evidence.msr[0] = (struct msr_reading){0x30, MSR_READ};
	assert_non_null(strstr(differences_of(&machine), "cpu 3: warning: unlike cpu 0: "
	                                                 "IA32_VMX_BASIC = 0x30: revision"));
}

/* Two packages of 8 APIC IDs, of two CPUs each. */
static struct machine two_packages(void)
{
	struct machine machine = cpus_machine(4);

	machine.package_shift = 3;
	for (uint32_t i = 0; i < machine.cpus.count; i++)
		machine.cpus.cpu[i]->found.apic_id = i < 2 ? i : 8 + i;
	return machine;
}

static void packages_may_differ_in_stepping_and_microcode(void **state)
{
	struct machine machine = two_packages();

	for (uint32_t i = 2; i < 4; i++) {
		machine.cpus.cpu[i]->evidence.signature = 0x50657;
		machine.cpus.cpu[i]->evidence.microcode.value = 0x500003500000000;
	}
	assert_string_equal(
		differences_of(&machine),
		"cpus 2-3: unlike cpu 0: CPUID.1:EAX = 0x50657: stepping 0x7 (cpu 0: 0x4); normal "
		"between packages\n"
		"cpus 2-3: unlike cpu 0: IA32_BIOS_SIGN_ID (microcode revision) = "
		"0x500003500000000: revision 0x5000035 (cpu 0: 0x2000062); normal between "
		"packages\n");
	assert_false(compare_finds_fault(&machine));
}

static void packages_of_different_models_are_a_fault(void **state)
{
	struct machine machine = two_packages();

	machine.cpus.cpu[2]->evidence.signature = 0x606A4;
	assert_string_equal(
		differences_of(&machine),
		"cpu 2: warning: unlike cpu 0: CPUID.1:EAX = 0x606a4: model 0xa (cpu 0: "
		"0x5), extended model 0x6 (cpu 0: 0x5)\n");
}

static void without_packages_known_nothing_is_excused_by_them(void **state)
{
	struct machine machine = two_packages();

	machine.package_shift = 0;
	machine.cpus.cpu[3]->evidence.microcode.value = 0;
	assert_true(compare_finds_fault(&machine));
}

static void one_value_in_two_packages_may_be_both_normal_and_a_fault(void **state)
{
	struct machine machine = two_packages();

	machine.cpus.cpu[1]->evidence.microcode.value = 1ull << 32;
	machine.cpus.cpu[2]->evidence.microcode.value = 1ull << 32;
	assert_non_null(
		strstr(differences_of(&machine), "cpu 1: warning: unlike cpu 0: IA32_BIOS"));
	assert_non_null(strstr(differences_of(&machine), "cpu 2: unlike cpu 0: IA32_BIOS"));
}

static void physical_addresses_are_compared(void **state)
{
	struct machine machine = cpus_machine(2);

	machine.cpus.cpu[1]->evidence.physical_address_bits = 39;
	assert_string_equal(differences_of(&machine),
	                    "cpu 1: warning: unlike cpu 0: CPUID.80000008H:EAX[7:0] = 0x27: "
	                    "physical-address width 0x27 (cpu 0: 0x28)\n");
}

static void silent_cpus_are_not_compared(void **state)
{
	struct machine machine = cpus_machine(3);

	cpus_silence(machine.cpus.cpu[1]);
	assert_string_equal(differences_of(&machine), "");
	cpus_silence(machine.cpus.cpu[0]);
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
		cmocka_unit_test(what_decides_nothing_about_vmx_is_no_warning),
		cmocka_unit_test(controls_have_their_names_in_both_halves),
		cmocka_unit_test(a_control_that_may_be_0_on_one_cpu_alone_is_a_capability),
		cmocka_unit_test(numbers_are_shown_with_those_of_cpu_0),
		cmocka_unit_test(fixed_bits_are_required_or_allowed),
		cmocka_unit_test(a_bit_without_a_name_has_its_number),
		cmocka_unit_test(very_many_fields_are_not_all_named),
		cmocka_unit_test(the_core_types_of_a_hybrid_processor_may_differ),
		cmocka_unit_test(cores_of_one_type_may_not_differ),
		cmocka_unit_test(vmx_that_differs_between_core_types_matters),
		cmocka_unit_test(packages_may_differ_in_stepping_and_microcode),
		cmocka_unit_test(packages_of_different_models_are_a_fault),
		cmocka_unit_test(without_packages_known_nothing_is_excused_by_them),
		cmocka_unit_test(one_value_in_two_packages_may_be_both_normal_and_a_fault),
		cmocka_unit_test(physical_addresses_are_compared),
		cmocka_unit_test(silent_cpus_are_not_compared),
	};

	return unit_run(rules, COUNT_OF(rules));
}
