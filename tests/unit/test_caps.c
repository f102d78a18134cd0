/* kernel/record/caps.h: the VMX capabilities of a CPU, control by control. */
#include "kernel/record/caps.h"
#include "kernel/record/profiles.h"
#include "kernel/report/caps_print.h"
#include "tests/unit/bochs_models.h"
#include "tests/unit/cpus.h"

static void every_name_and_every_bit_is_in_the_table_once(void **state)
{
	for (size_t a = 0; a < caps_count; a++) {
		assert_true(caps_table[a].msr >= VMX_MSR_FIRST && caps_table[a].bit < 64);
		for (size_t b = a + 1; b < caps_count; b++) {
			assert_string_not_equal(caps_table[a].name, caps_table[b].name);
			assert_false(caps_table[a].msr == caps_table[b].msr &&
			             caps_table[a].bit == caps_table[b].bit);
		}
	}
}

/* SDM vol. 3D A.3 "VM-Execution Controls": lower half 1: must be 1; upper half 0: must be 0. */
static void the_state_of_a_control_is_what_both_halves_say(void **state)
{
	static const struct {
		uint64_t lower, upper;
		enum caps_state expected;
		bool has, has_inverted;
	} cases[] = {
		{0, 0, CAPS_MUST_BE_0, false, true},
		{0, 1, CAPS_OPTIONAL, true, true},
		{1, 1, CAPS_MUST_BE_1, true, false},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct vmx_evidence evidence = {.msr = {[1] = {1ull << 40, MSR_READ}}};
		struct caps_entry entry = {0x481, 3, false, "name"};

		evidence.msr[1].value |= cases[i].lower << 3 | cases[i].upper << 35;
		assert_int_equal(caps_state(&entry, &evidence), cases[i].expected);
		assert_int_equal(caps_has(&entry, &evidence), cases[i].has);
		entry.inverted = true;
		assert_int_equal(caps_has(&entry, &evidence), cases[i].has_inverted);
	}
}

static void a_bit_that_is_no_control_is_there_or_not(void **state)
{
	struct caps_entry entry = {0x48C, 40, false, "name"};
	struct vmx_evidence evidence = {0};

	assert_int_equal(caps_state(&entry, &evidence), CAPS_NO);
	evidence.msr[0x0C].value = 1ull << 40;
	assert_int_equal(caps_state(&entry, &evidence), CAPS_YES);
	assert_true(caps_has(&entry, &evidence));
}

static void a_cpu_without_the_msr_has_nothing_of_it(void **state)
{
	struct vmx_evidence nothing = {0};

	for (size_t i = 0; i < caps_count; i++)
		assert_false(caps_has(&caps_table[i], &nothing));
}

static void true_controls_decide_where_the_cpu_has_them(void **state)
{
	struct vmx_evidence evidence = bochs_evidence(bochs_model_named("corei7_skylake_x"));

	assert_true(caps_has_named("vmx-cr3-load-noexit", &evidence));
	evidence.basic.true_controls = false;
	assert_false(caps_has_named("vmx-cr3-load-noexit", &evidence));
}

static void models_have_what_they_are_known_for(void **state)
{
	static const struct {
		const char *model, *name;
		bool has;
	} known[] = {
		{"bx_generic", "vmx-ept", false},
		{"core2_penryn_t9600", "vmx-vpid", false},
		{"corei5_lynnfield_750", "vmx-ept", true},
		{"corei5_lynnfield_750", "vmx-unrestricted-guest", false},
		{"corei5_arrandale_m520", "vmx-unrestricted-guest", true},
		{"corei7_haswell_4770", "vmx-vmfunc", true},
		{"corei7_haswell_4770", "vmx-eptp-switching", true},
		{"corei7_skylake_x", "vmx-preemption-timer", true},
	};

	for (size_t i = 0; i < COUNT_OF(known); i++) {
		struct vmx_evidence evidence = bochs_evidence(bochs_model_named(known[i].model));

		if (caps_has_named(known[i].name, &evidence) != known[i].has)
			fail_msg("%s: %s", known[i].model, known[i].name);
	}
}

static void a_name_that_nobody_knows_is_had_by_nobody(void **state)
{
	struct vmx_evidence evidence = bochs_evidence(bochs_model_named("tigerlake"));

	assert_false(caps_has_named("vmx-nonsense", &evidence));
}

static void of_several_controls_the_lowest_is_named(void **state)
{
	assert_string_equal(caps_control_name(0x48B, 1u << 1 | 1u << 7), "vmx-ept");
	assert_string_equal(caps_control_name(0x482, 1u << 31), "vmx-secondary-ctls");
	assert_string_equal(caps_control_name(0x482, 0), "an unnamed control");
	assert_string_equal(caps_control_name(0x48B, 1u << 29), "an unnamed control");
}

/* Returns the unknown bits of an MSR, and checks that there are none in others. */
static uint64_t unknown_bits(uint32_t msr, const struct vmx_evidence *evidence)
{
	struct caps_bit at = {0};
	uint64_t bits = 0;

	while (caps_next_unknown(&at, evidence)) {
		assert_int_equal(at.msr, msr);
		bits |= 1ull << at.bit;
	}
	return bits;
}

static void a_bit_without_a_name_is_unknown_unless_it_is_reserved_or_part_of_a_number(void **state)
{
	static const struct {
		uint32_t msr;
		uint64_t value, unknown;
	} cases[] = {
		{0x480, 0x00DA100000000001 | 1ull << 58, 0},
		{0x480, 1ull << 57 | 1ull << 45, 1ull << 57 | 1ull << 45},
		{0x481, 0x7F00000016, 0},
		{0x482, 0xFFF9FFFE0401E172, 0},
		{0x483, 0x7FFFFF00036DFF, 0},
		{0x485, 0xFFFFFFFF7FFFC1FF, 0},
		{0x485, 1 << 9 | 1u << 31, 1 << 9 | 1u << 31},
		{0x48B, 0xFFFFFFFF00000000, 1 << 29},
		{0x48C, 0x003F0F0106734141, 0},
		{0x491, 3, 2},
		{0x492, 0x1FFF, 1 << 10 | 1 << 11},
		{0x493, 0x1F, 1 << 4},
		{0x493, 1ull << 63 | 1, 1ull << 63},
		{0x487, UINT64_MAX, 0},
		{0x48A, UINT64_MAX, 0},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct vmx_evidence evidence = {0};

		evidence.msr[cases[i].msr - 0x480] = (struct msr_reading){cases[i].value, MSR_READ};
		assert_int_equal(unknown_bits(cases[i].msr, &evidence), cases[i].unknown);
	}
}

static void true_controls_decide_what_is_unknown(void **state)
{
	struct vmx_evidence evidence = {.basic.true_controls = true};

	evidence.msr[1] = (struct msr_reading){0x1600000016, MSR_READ};
	assert_int_equal(unknown_bits(0x481, &evidence), 0);
	evidence.msr[0xD] = (struct msr_reading){0x1600000006, MSR_READ};
	assert_int_equal(unknown_bits(0x481, &evidence), 0x10);
}

static const char *printed(const struct cpu_list *cpus)
{
	struct unit_capture *capture = unit_capture();

	caps_print(cpus, &capture->text);
	return capture->at;
}

static void each_group_of_cpus_has_each_name_once(void **state)
{
	struct cpu_list cpus = cpus_entered(4);

	assert_int_equal(unit_occurrences(printed(&cpus), "\n"),
	                 VMX_MSR_COUNT + caps_count + profiles_count);
	assert_int_equal(
		unit_occurrences(printed(&cpus), "cpus 0-3: caps: vmx-ept=off, must be 0\n"), 1);
	cpus.cpu[2]->evidence.msr[5].value = 1 << 5;
	assert_int_equal(unit_occurrences(printed(&cpus), "\n"),
	                 2 * (VMX_MSR_COUNT + caps_count + profiles_count));
	assert_int_equal(unit_occurrences(printed(&cpus), "cpu 2: caps: vmx-store-lma=on\n"), 1);
	assert_int_equal(unit_occurrences(printed(&cpus), "cpus 0-1,3: caps: vmx-store-lma=off\n"),
	                 1);
}

static void cpus_that_differ_in_the_first_msr_alone_are_two_groups(void **state)
{
	struct cpu_list cpus = cpus_entered(2);

	cpus.cpu[1]->evidence.msr[0].value++;
	assert_int_equal(unit_occurrences(printed(&cpus), "cpu 1: caps: IA32_VMX_BASIC"), 1);
}

static void msrs_are_shown_with_the_numbers_in_them(void **state)
{
	struct cpu_list cpus = cpus_entered(1);

	cpus.cpu[0]->evidence.msr[5] = (struct msr_reading){0x1234620401E5, MSR_READ};
	cpus.cpu[0]->evidence.msr[10] = (struct msr_reading){0x34, MSR_READ};
	cpus.cpu[0]->evidence.msr[0x0C] = (struct msr_reading){0, MSR_FAULTED};
	assert_int_equal(
		unit_occurrences(printed(&cpus),
	                         "IA32_VMX_BASIC = 0xd810000000002b, revision 0x2b, 4096 bytes, "
	                         "memory type 6, full-width addresses\n"),
		1);
	assert_int_equal(
		unit_occurrences(
			printed(&cpus),
			"IA32_VMX_MISC = 0x1234620401e5, preemption timer counts TSC bit 5, 4 CR3 "
			"targets, at most 1024 MSRs per list, MSEG revision 0x1234\n"),
		1);
	assert_int_equal(unit_occurrences(printed(&cpus), "IA32_VMX_EPT_VPID_CAP faults\n"), 1);
	cpus.cpu[0]->evidence.msr[0x0C] = (struct msr_reading){0xFFB4000000000001, MSR_READ};
	assert_int_equal(unit_occurrences(printed(&cpus),
	                                  "IA32_VMX_EPT_VPID_CAP = 0xffb4000000000001, HLAT prefix "
	                                  "size at most 52\n"),
	                 1);
	assert_int_equal(unit_occurrences(printed(&cpus),
	                                  "IA32_VMX_VMCS_ENUM = 0x34, highest field index 26\n"),
	                 1);
	assert_int_equal(unit_occurrences(printed(&cpus), "IA32_VMX_VMFUNC does not exist\n"), 1);
}

static void cpus_without_vmx_are_left_out(void **state)
{
	struct cpu_list cpus = cpus_entered(2);

	memset(cpus.cpu[0]->evidence.msr, 0, sizeof(cpus.cpu[0]->evidence.msr));
	assert_int_equal(unit_occurrences(printed(&cpus), "cpu 0: "), 0);
	assert_int_equal(unit_occurrences(printed(&cpus), "cpu 1: "),
	                 VMX_MSR_COUNT + caps_count + profiles_count);
}

/* Older CPUs require the default1 controls, so what a CPU can have is that it does not. */
static void only_default1_controls_are_capabilities_when_they_can_be_off(void **state)
{
	static const char *const when_off[] = {"vmx-cr3-load-noexit", "vmx-cr3-store-noexit",
	                                       "vmx-exit-nosave-debugctl",
	                                       "vmx-entry-noload-debugctl"};

	for (size_t i = 0; i < caps_count; i++) {
		bool expected = false;

		for (size_t n = 0; n < COUNT_OF(when_off); n++)
			expected |= strcmp(caps_table[i].name, when_off[n]) == 0;
		assert_int_equal(caps_table[i].inverted, expected);
	}
}

static void an_unknown_bit_has_a_line_of_its_own(void **state)
{
	struct cpu_list cpus = cpus_entered(1);

	assert_null(strstr(printed(&cpus), "unknown"));
	cpus.cpu[0]->evidence.msr[5].value = 1 << 9;
	assert_int_equal(
		unit_occurrences(printed(&cpus), "cpu 0: caps: unknown-IA32_VMX_MISC[9]=on\n"), 1);
	assert_int_equal(unit_occurrences(printed(&cpus), "unknown"), 1);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(every_name_and_every_bit_is_in_the_table_once),
		cmocka_unit_test(the_state_of_a_control_is_what_both_halves_say),
		cmocka_unit_test(a_bit_that_is_no_control_is_there_or_not),
		cmocka_unit_test(a_cpu_without_the_msr_has_nothing_of_it),
		cmocka_unit_test(true_controls_decide_where_the_cpu_has_them),
		cmocka_unit_test(models_have_what_they_are_known_for),
		cmocka_unit_test(a_name_that_nobody_knows_is_had_by_nobody),
		cmocka_unit_test(of_several_controls_the_lowest_is_named),
		cmocka_unit_test(
			a_bit_without_a_name_is_unknown_unless_it_is_reserved_or_part_of_a_number),
		cmocka_unit_test(true_controls_decide_what_is_unknown),
		cmocka_unit_test(each_group_of_cpus_has_each_name_once),
		cmocka_unit_test(cpus_that_differ_in_the_first_msr_alone_are_two_groups),
		cmocka_unit_test(msrs_are_shown_with_the_numbers_in_them),
		cmocka_unit_test(cpus_without_vmx_are_left_out),
		cmocka_unit_test(only_default1_controls_are_capabilities_when_they_can_be_off),
		cmocka_unit_test(an_unknown_bit_has_a_line_of_its_own),
	};

	return unit_run(rules, COUNT_OF(rules));
}
