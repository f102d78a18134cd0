/* arch/x86_64/vmx/selftest/: what the self-test tries on a CPU, and what its tables hold. */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/selftest/selftest_entry.h"
#include "tests/unit/unit.h"

static struct vmx_evidence evidence;

static void says(uint32_t msr, uint64_t value)
{
	evidence.msr[msr - VMX_MSR_FIRST] = (struct msr_reading){.state = MSR_READ, .value = value};
}

static int begin(void **state)
{
	says(IA32_VMX_BASIC, 0);
	says(IA32_VMX_PINBASED_CTLS, 0x0000007F00000016);
	says(IA32_VMX_PROCBASED_CTLS, 0xFFFFFFFE0401E172);
	says(IA32_VMX_EXIT_CTLS, 0x01FFFFFF00036DFF);
	says(IA32_VMX_ENTRY_CTLS, 0x0003FFFF000011FF);
	says(IA32_VMX_PROCBASED_CTLS2, 0x00000FFF00000000);
	says(IA32_VMX_CR0_FIXED1, 0xFFFFFFFF);
	return 0;
}

static uint64_t items(enum entry_items which, uint16_t field)
{
	const struct entry_loop loop = {.items = (uint8_t)which, .field = field};

	return entry_items(&loop, &evidence);
}

static void reserved_controls_are_those_that_the_cpu_says(void **state)
{
	assert_int_equal(items(ITEMS_MUST_BE_1, PIN_CONTROLS), 0x16);
	assert_int_equal(items(ITEMS_MUST_BE_0, PIN_CONTROLS), 0xFFFFFF80);
	assert_int_equal(items(ITEMS_MUST_BE_1, PRIMARY_CONTROLS), 0x0401E172);
	assert_int_equal(items(ITEMS_MUST_BE_0, PRIMARY_CONTROLS), 1);
	assert_int_equal(items(ITEMS_MUST_BE_0, SECONDARY_CONTROLS), 0xFFFFF000);
	says(IA32_VMX_EXIT_CTLS, 0xFFFFFFFF00036DFF);
	assert_int_equal(items(ITEMS_MUST_BE_0, EXIT_CONTROLS), 0);
}

static void the_true_msrs_say_what_must_be_1(void **state)
{
	evidence.basic.true_controls = true;
	says(IA32_VMX_TRUE_ENTRY_CTLS, 0x0003FFFF000011FB);
	assert_int_equal(items(ITEMS_MUST_BE_1, ENTRY_CONTROLS), 0x11FB);
}

static void the_newer_controls_have_64_bits(void **state)
{
	says(IA32_VMX_PROCBASED_CTLS3, 0x1F);
	says(IA32_VMX_EXIT_CTLS2, 3);
	says(IA32_VMX_VMFUNC, 1);
	assert_int_equal(items(ITEMS_MUST_BE_0, TERTIARY_CONTROLS), ~0x1Full);
	assert_int_equal(items(ITEMS_MUST_BE_0, SECONDARY_EXIT_CONTROLS), ~3ull);
	assert_int_equal(items(ITEMS_MUST_BE_0, VM_FUNCTION_CONTROLS), ~1ull);
	assert_int_equal(items(ITEMS_MUST_BE_1, TERTIARY_CONTROLS), 0); /* no MSR says so */
	assert_int_equal(items(ITEMS_MUST_BE_1, GUEST_CR0), 0);
	assert_int_equal(items(ITEMS_MUST_BE_0, GUEST_CR0), 0);
}

static void of_control_registers_what_fixed1_has_as_0_must_be_0(void **state)
{
	const struct entry_loop loop = {
		.items = ITEMS_FIXED_TO_0, .field = GUEST_CR0, .value = IA32_VMX_CR0_FIXED1};

	assert_int_equal(entry_items(&loop, &evidence), 0xFFFFFFFF00000000);
}

static void a_field_is_changed_in_the_half_that_is_named(void **state)
{
	assert_int_equal(entry_changed(0xFF, BITS_CLEARED, 3), 0xFC);
	assert_int_equal(entry_changed(0xF0, BITS_SET, 3), 0xF3);
	assert_int_equal(entry_changed(0xF0, BITS_SET | IN_HIGH_HALF, 3), 0x3000000F0);
	assert_int_equal(entry_changed(0xF0, WRITTEN | IN_HIGH_HALF, 3), 0x300000000);
}

static void a_check_needs_what_it_names(void **state)
{
	const struct selftest_check any = {.name = "any"};
	const struct selftest_check with = {.name = "with", .needs = "vmx-secondary-ctls"};
	const struct selftest_check without = {.name = "without", .needs = "!vmx-secondary-ctls"};
	const struct selftest_check both = {.name = "both", .needs = "vmx-secondary-ctls, vmx-ept"};
	const struct selftest_check bare = {.name = "bare", .needs = SELFTEST_BARE};

	assert_true(selftest_is_needed(&any, &evidence));
	assert_true(selftest_is_needed(&with, &evidence));
	assert_true(selftest_is_needed(&both, &evidence));
	assert_false(selftest_is_needed(&without, &evidence));
	assert_true(selftest_is_needed(&bare, &evidence));
	evidence.hypervisor = true;
	assert_false(selftest_is_needed(&bare, &evidence));
	says(IA32_VMX_PROCBASED_CTLS, 0x7FFFFFFE0401E172);
	assert_false(selftest_is_needed(&with, &evidence));
	assert_true(selftest_is_needed(&without, &evidence));
	says(IA32_VMX_PROCBASED_CTLS2, 0x00000FFD00000000);
	assert_int_equal(selftest_lacks(both.needs, &evidence).size, strlen("vmx-secondary-ctls"));
}

static void a_need_may_be_a_feature_that_is_no_vmx_capability(void **state)
{
	static const char *const needs[] = {SELFTEST_MONITOR,  SELFTEST_SMX,
	                                    SELFTEST_XSAVE,    SELFTEST_CET,
	                                    SELFTEST_COUNTERS, SELFTEST_CR3_TARGETS};

	for (size_t i = 0; i < COUNT_OF(needs); i++)
		assert_int_not_equal(selftest_lacks(needs[i], &evidence).size, 0);
	evidence.monitor = true;
	evidence.counters = 1;
	says(IA32_VMX_CR4_FIXED1, CR4_SMXE | CR4_OSXSAVE | CR4_CET);
	says(IA32_VMX_MISC, 4 << VMX_MISC_CR3_TARGETS_SHIFT);
	for (size_t i = 0; i < COUNT_OF(needs); i++)
		assert_int_equal(selftest_lacks(needs[i], &evidence).size, 0);
}

static void of_a_loop_the_first_failure_is_kept_and_the_others_counted(void **state)
{
	const struct vmx_status good = {VMX_FAIL_VALID, 7, 0}, bad = {VMX_EXITED, 10, 0};
	struct selftest_seen seen = {.kind = ITEM_NO_BIT};

	selftest_add_item(&seen, good, good, ITEM_BIT, 1);
	assert_int_equal(seen.kind, ITEM_NONE);
	assert_int_equal(seen.status.number, 7);
	selftest_add_item(&seen, bad, good, ITEM_BIT, 4);
	selftest_add_item(&seen, good, good, ITEM_BIT, 5);
	selftest_add_item(&seen, bad, good, ITEM_BIT, 6);
	assert_int_equal(seen.kind, ITEM_BIT);
	assert_int_equal(seen.item, 4);
	assert_int_equal(seen.others, 1);
	assert_int_equal(seen.status.kind, VMX_EXITED);
}

/* KTAP names end at '#', and a name that occurs twice cannot be compared between two logs. */
static void every_check_has_a_name_of_its_own(void **state)
{
	for (unsigned n = 0; selftest_check(n) != NULL; n++) {
		assert_null(strchr(selftest_check(n)->name, '#'));
		for (unsigned other = 0; other < n; other++)
			assert_string_not_equal(selftest_check(n)->name,
			                        selftest_check(other)->name);
	}
	assert_null(selftest_check(selftest_count()));
}

static void every_check_has_its_place_in_the_results(void **state)
{
	struct cpu *cpu = unit_take(sizeof(*cpu));

	cpu->selftest.seen = unit_take(selftest_count() * sizeof(struct selftest_seen));
	for (unsigned n = 0; n < selftest_count(); n++)
		assert_ptr_equal(selftest_seen(selftest_check(n), cpu), &cpu->selftest.seen[n]);
}

static bool is_lacking(const char *need)
{
	return selftest_lacks(need, &evidence).size != 0;
}

static void each_feature_is_told_by_its_own_bits(void **state)
{
	says(IA32_VMX_CR4_FIXED1, ~(uint64_t)(CR4_SMXE | CR4_OSXSAVE | CR4_CET));
	says(IA32_VMX_MISC, 0xFE00FFFF | 3 << VMX_MISC_CR3_TARGETS_SHIFT);
	assert_true(is_lacking(SELFTEST_MONITOR));
	assert_true(is_lacking(SELFTEST_COUNTERS));
	assert_true(is_lacking(SELFTEST_SMX));
	assert_true(is_lacking(SELFTEST_XSAVE));
	assert_true(is_lacking(SELFTEST_CET));
	assert_true(is_lacking(SELFTEST_CR3_TARGETS));
	says(IA32_VMX_CR4_FIXED1, CR4_SMXE);
	assert_false(is_lacking(SELFTEST_SMX));
	assert_true(is_lacking(SELFTEST_XSAVE));
	says(IA32_VMX_CR4_FIXED1, CR4_OSXSAVE);
	assert_true(is_lacking(SELFTEST_SMX));
	assert_false(is_lacking(SELFTEST_XSAVE));
	assert_true(is_lacking(SELFTEST_CET));
	says(IA32_VMX_CR4_FIXED1, CR4_CET);
	assert_true(is_lacking(SELFTEST_XSAVE));
	assert_false(is_lacking(SELFTEST_CET));
	says(IA32_VMX_MISC, 4 << VMX_MISC_CR3_TARGETS_SHIFT);
	assert_false(is_lacking(SELFTEST_CR3_TARGETS));
	says(IA32_VMX_MISC, 256 << VMX_MISC_CR3_TARGETS_SHIFT);
	assert_false(is_lacking(SELFTEST_CR3_TARGETS));
}

static void bits_and_fields_are_those_of_the_loop(void **state)
{
	const struct entry_loop bits = {.items = ITEMS_BITS, .value = 0x8000000000000012},
				fields = {.items = ITEMS_FIELDS, .mask = 0x12345};

	assert_int_equal(entry_items(&bits, &evidence), 0x8000000000000012);
	assert_int_equal(entry_items(&fields, &evidence), 0x12345);
	for (unsigned bit = 0; bit < 64; bit++) {
		says(IA32_VMX_VMFUNC, BIT(bit));
		assert_int_equal(items(ITEMS_MUST_BE_0, VM_FUNCTION_CONTROLS), ~BIT(bit));
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test_setup(reserved_controls_are_those_that_the_cpu_says, begin),
		cmocka_unit_test_setup(the_true_msrs_say_what_must_be_1, begin),
		cmocka_unit_test_setup(the_newer_controls_have_64_bits, begin),
		cmocka_unit_test_setup(of_control_registers_what_fixed1_has_as_0_must_be_0, begin),
		cmocka_unit_test(a_field_is_changed_in_the_half_that_is_named),
		cmocka_unit_test_setup(a_check_needs_what_it_names, begin),
		cmocka_unit_test(a_need_may_be_a_feature_that_is_no_vmx_capability),
		cmocka_unit_test(of_a_loop_the_first_failure_is_kept_and_the_others_counted),
		cmocka_unit_test(every_check_has_a_name_of_its_own),
		cmocka_unit_test(every_check_has_its_place_in_the_results),
		cmocka_unit_test_setup(each_feature_is_told_by_its_own_bits, begin),
		cmocka_unit_test_setup(bits_and_fields_are_those_of_the_loop, begin),
	};

	return unit_run(rules, COUNT_OF(rules));
}
