/* kernel/monitor/: which arguments requests take, and what a trial needs. */
#include "tests/unit/monitor_session.h"

static void assert_answers(const char *const *requests, size_t count, const char *expected)
{
	for (size_t i = 0; i < count; i++) {
		if (strstr(answer(requests[i]), expected) == NULL)
			fail_msg("%s: no \"%s\" in: %s", requests[i], expected, said->at);
	}
}

#define ASSERT_ANSWERS(expected, ...)                      \
	assert_answers((const char *const[]){__VA_ARGS__}, \
	               COUNT_OF(((const char *const[]){__VA_ARGS__})), expected)

static void neighbours_may_be_listed_one_by_one(void **state)
{
	ASSERT_ANSWERS("cpus 0-1: outside VMX operation\nok\n", "close 0,1");
	ASSERT_ANSWERS("cpus 0-3: in VMX root operation\nok\n", "open 0,1,2,3", "open 0-1,2-3");
	ASSERT_ANSWERS("error expected a list of CPUs", "close 0-1,1", "close 1,0", "close 2-1");
}

static void an_msr_is_a_number_of_32_bits_and_nothing_else(void **state)
{
	static const char expected[] = "error expected an MSR number such as 0x3a\n";

	ASSERT_ANSWERS(expected, "control msr", "control msr x", "control msr 0x3ax",
	               "control msr 58,", "control msr 0x100000000", "write msr", "write msr x 1",
	               "write msr 5x 1");
	ASSERT_ANSWERS("cpus 0-3: MSR 0x3a = 0x0\nok\n", "control msr 0x3a", "control msr 58",
	               "control msr 0x3A");
	ASSERT_ANSWERS("MSR 0xffffffff", "control msr 0xffffffff");
	ASSERT_ANSWERS("error expected a value such as 0x5\n", "write msr 0x3a", "write msr 0x3a x",
	               "write msr 0x3a 5x");
	ASSERT_ANSWERS("error expected a value such as 0x2020\n", "write cr4", "write cr4 x");
}

static void a_leaf_may_have_a_subleaf(void **state)
{
	static const char expected[] =
		"error expected a leaf such as 0x1, or with a subleaf, such as 7.0\n";

	ASSERT_ANSWERS(expected, "control cpuid", "control cpuid x", "control cpuid 1.",
	               "control cpuid .1", "control cpuid 1.x", "control cpuid 1.1.1",
	               "control cpuid 1x", "control cpuid 0x100000000",
	               "control cpuid 1.0x100000000");
	ASSERT_ANSWERS("EAX 0x00000001 EBX 0x00000000 ECX 0x00000000 ", "control cpuid 1",
	               "control cpuid 1.0");
	ASSERT_ANSWERS("cpu 2: EAX 0xffffffff EBX 0x00000000 ECX 0xffffffff ",
	               "control cpuid 0xffffffff.0xffffffff 2");
}

static void stress_is_for_1_to_10000_times(void **state)
{
	ASSERT_ANSWERS("error expected a count from 1 to 10000\n", "control stress",
	               "control stress 0", "control stress 10001", "control stress x",
	               "control stress 1x");
	ASSERT_ANSWERS("cpus 0-3: in VMX root operation\nok\n", "control stress 1",
	               "control stress 10000 1");
}

static void the_chosen_cpus_leave_and_enter_and_the_others_run_guests(void **state)
{
	ASSERT_ANSWERS("\nok\n", "control stress 3 1-2");
	for (uint32_t i = 0; i < FAKE_CPUS; i++) {
		assert_int_equal(fake.cpus[i].monitor.stresses, i == 1 || i == 2);
		assert_int_equal(fake.cpus[i].proof.cycles, i == 1 || i == 2 ? 0 : 3);
	}
	ASSERT_ANSWERS("\nok\n", "control stress 1 0");
	assert_false(fake.cpus[1].monitor.stresses);
	assert_int_equal(fake.cpus[1].proof.cycles, 1);
	fake.fails_trials = true;
	ASSERT_ANSWERS("\nerror some CPUs failed\n", "control stress 100 0");
	assert_int_equal(fake.cpus[1].proof.cycles, 2); /* it stops at the first failure */
}

static void a_trial_needs_memory_and_vmx_root_operation(void **state)
{
	fake.trials_lack_memory = true;
	ASSERT_ANSWERS("error not enough memory\n", "prove", "control prove 1", "control selftest",
	               "control bench", "control stress 1");
	for (uint32_t i = 0; i < FAKE_CPUS; i++)
		assert_false(fake.cpus[i].proof.tried || fake.cpus[i].selftest.run);
	fake.trials_lack_memory = false;
	ASSERT_ANSWERS("\nok\n", "close 2");
	ASSERT_ANSWERS("error not all of these CPUs are in VMX root operation: see open, status\n",
	               "prove", "control selftest", "control bench", "control prove 2",
	               "control selftest 1-2", "control bench 2-3");
	for (uint32_t i = 0; i < FAKE_CPUS; i++)
		assert_false(fake.cpus[i].proof.tried || fake.cpus[i].selftest.run);
	ASSERT_ANSWERS("\nok\n", "control selftest 0-1");
	for (uint32_t i = 0; i < FAKE_CPUS; i++)
		assert_int_equal(fake.cpus[i].selftest.run, i < 2);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
#define RULE(name) cmocka_unit_test_setup(name, begin)
		RULE(neighbours_may_be_listed_one_by_one),
		RULE(an_msr_is_a_number_of_32_bits_and_nothing_else),
		RULE(a_leaf_may_have_a_subleaf),
		RULE(stress_is_for_1_to_10000_times),
		RULE(the_chosen_cpus_leave_and_enter_and_the_others_run_guests),
		RULE(a_trial_needs_memory_and_vmx_root_operation),
	};

	return unit_run(rules, COUNT_OF(rules));
}
