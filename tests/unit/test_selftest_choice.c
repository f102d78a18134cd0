/* arch/x86_64/vmx/selftest/selftest_run.h: which checks apply to a CPU. */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/selftest/selftest_run.h"
#include "arch/x86_64/vmx/vmcs_fields.h"
#include "tests/unit/unit.h"

static struct vmx_evidence evidence;

static void says(uint32_t msr, uint64_t value)
{
	evidence.msr[msr - VMX_MSR_FIRST] = (struct msr_reading){.state = MSR_READ, .value = value};
}

static void begin(void)
{
	says(IA32_VMX_BASIC, 0);
	says(IA32_VMX_PINBASED_CTLS, 0x0000007F00000016);
	says(IA32_VMX_PROCBASED_CTLS, 0xFFFFFFFE0401E172);
	says(IA32_VMX_EXIT_CTLS, 0x01FFFFFF00036DFF);
	says(IA32_VMX_ENTRY_CTLS, 0x0003FFFF000011FF);
	says(IA32_VMX_PROCBASED_CTLS2, 0x00000FFF00000000);
}

static unsigned count_allowed(void)
{
	unsigned count = 0;

	for (unsigned i = 0; i < selftest_entry_count; i++)
		count += selftest_is_allowed(&selftest_entries[i].change[0], &evidence);
	return count;
}

static void no_check_of_reserved_controls_is_left_out_where_they_are_reserved(void **state)
{
	begin();
	assert_int_equal(count_allowed(), 0);
}

/*
 * Save IA32_PERF_GLOBAL_CTRL, VM exit control 30, and the instruction timeout, secondary
 * control 31.
 */
static void those_that_a_later_cpu_has_are_left_out(void **state)
{
	begin();
	says(IA32_VMX_EXIT_CTLS, 0x41FFFFFF00036DFF);
	assert_int_equal(count_allowed(), 1);
	says(IA32_VMX_PROCBASED_CTLS2, 0x80000FFF00000000);
	assert_int_equal(count_allowed(), 2);
}

static void a_check_needs_what_it_names(void **state)
{
	const struct selftest_check any = {.name = "any"};
	const struct selftest_check with = {.name = "with", .needs = "vmx-secondary-ctls"};
	const struct selftest_check without = {.name = "without", .needs = "!vmx-secondary-ctls"};
	const struct selftest_check bare = {.name = "bare", .needs = SELFTEST_BARE};

	begin();
	assert_true(selftest_is_needed(&any, &evidence));
	assert_true(selftest_is_needed(&with, &evidence));
	assert_false(selftest_is_needed(&without, &evidence));
	assert_true(selftest_is_needed(&bare, &evidence));
	evidence.hypervisor = true;
	assert_false(selftest_is_needed(&bare, &evidence));
	says(IA32_VMX_PROCBASED_CTLS, 0x7FFFFFFE0401E172);
	assert_false(selftest_is_needed(&with, &evidence));
	assert_true(selftest_is_needed(&without, &evidence));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(no_check_of_reserved_controls_is_left_out_where_they_are_reserved),
		cmocka_unit_test(those_that_a_later_cpu_has_are_left_out),
		cmocka_unit_test(a_check_needs_what_it_names),
	};

	return unit_run(rules, COUNT(rules));
}
