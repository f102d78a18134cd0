/* kernel/record/selftest.h: the self-test's results as KTAP. */
#include "kernel/record/selftest.h"
#include "tests/unit/cpus.h"

static const struct selftest_check table[] = {
	{"vmxon again", NULL, {VMX_FAIL_VALID, 15, 0}},
	{"invept", "vmx-invept", {VMX_SUCCEEDED, 0, 0}},
	{"vmclear", NULL, {VMX_SUCCEEDED, 0, 0}},
};

static const struct selftest_check *checks(unsigned n)
{
	return n < COUNT(table) ? &table[n] : NULL;
}

/* CPUs that passed every check except the second, which none could try. */
static struct cpu_list tested_cpus(uint32_t count)
{
	struct cpu_list cpus = cpus_entered(count);

	for (uint32_t i = 0; i < count; i++) {
		struct vmx_selftest *results = &cpus.cpu[i]->selftest;

		results->run = true;
		results->seen[0] = table[0].expected;
		results->seen[1].kind = VMX_NOT_TRIED;
		results->seen[2] = table[2].expected;
		selftest_judge(results, checks);
	}
	return cpus;
}

static const char *printed(const struct cpu_list *cpus)
{
	struct unit_capture *capture = unit_capture();

	selftest_print(cpus, checks, &capture->text);
	return capture->at;
}

static void answers_count_as_passed_failed_or_skipped(void **state)
{
	struct cpu_list cpus = tested_cpus(1);
	struct vmx_selftest *results = &cpus.cpu[0]->selftest;

	assert_int_equal(results->passed, 2);
	assert_int_equal(results->failed, 0);
	assert_int_equal(results->skipped, 1);
	results->seen[0].number = 14;
	selftest_judge(results, checks);
	assert_int_equal(results->passed, 1);
	assert_int_equal(results->failed, 1);
}

static struct selftest_check needed;

static const struct selftest_check *one_check(unsigned n)
{
	return n == 0 ? &needed : NULL;
}

static void a_cpu_that_passes_is_a_subtest_that_is_ok(void **state)
{
	struct cpu_list cpus = tested_cpus(1);

	assert_string_equal(printed(&cpus), "ktap: KTAP version 1\n"
	                                    "ktap: 1..1\n"
	                                    "ktap:     KTAP version 1\n"
	                                    "ktap:     # Subtest: cpu 0\n"
	                                    "ktap:     1..3\n"
	                                    "ktap:     ok 1 vmxon again\n"
	                                    "ktap:     ok 2 invept # SKIP needs vmx-invept\n"
	                                    "ktap:     ok 3 vmclear\n"
	                                    "ktap:     # Totals: pass:2 fail:0 skip:1 error:0\n"
	                                    "ktap: ok 1 cpu 0\n");
}

static void what_a_skipped_check_lacks_is_named(void **state)
{
	static const struct {
		const char *needs, *line;
	} cases[] = {
		{"vmx-invept", "ok 1 name # SKIP needs vmx-invept\n"},
		{"!vmx-shadow-vmcs", "ok 1 name # SKIP needs vmx-shadow-vmcs off\n"},
		{NULL, "ok 1 name # SKIP not tried on this CPU\n"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct unit_capture *capture = unit_capture();
		struct cpu_list cpus = cpus_entered(1);

		needed = (struct selftest_check){.name = "name", .needs = cases[i].needs};
		cpus.cpu[0]->selftest.run = true;
		selftest_print(&cpus, one_check, &capture->text);
		assert_int_equal(unit_occurrences(capture->at, cases[i].line), 1);
	}
}

static void a_wrong_answer_is_not_ok_with_both_answers(void **state)
{
	struct cpu_list cpus = tested_cpus(2);

	cpus.cpu[1]->selftest.seen[2] = (struct vmx_status){VMX_FAIL_INVALID, 0, 0};
	selftest_judge(&cpus.cpu[1]->selftest, checks);
	assert_non_null(strstr(printed(&cpus), "ktap:     not ok 3 vmclear\n"
	                                       "ktap:     # expected: success\n"
	                                       "ktap:     # seen: VMfailInvalid\n"));
	assert_non_null(strstr(printed(&cpus), "ktap: ok 1 cpu 0\n"));
	assert_non_null(strstr(printed(&cpus), "ktap: not ok 2 cpu 1\n"));
}

static void up_to_16_cpus_have_subtests_of_their_own(void **state)
{
	struct cpu_list cpus = tested_cpus(16);

	assert_non_null(strstr(printed(&cpus), "ktap: 1..16\n"));
	assert_non_null(strstr(printed(&cpus), "ktap: ok 16 cpu 15\n"));
}

static void above_16_equal_answers_share_a_subtest(void **state)
{
	struct cpu_list cpus = tested_cpus(17);

	assert_non_null(strstr(printed(&cpus), "ktap: 1..1\n"));
	assert_non_null(strstr(printed(&cpus), "ktap: ok 1 cpus 0-16\n"));
	cpus.cpu[9]->selftest.seen[0].number = 1;
	selftest_judge(&cpus.cpu[9]->selftest, checks);
	assert_non_null(strstr(printed(&cpus), "ktap: 1..2\n"));
	assert_non_null(strstr(printed(&cpus), "ktap: not ok 2 cpu 9\n"));
}

static void cpus_that_were_not_tested_are_no_subtest(void **state)
{
	struct cpu_list cpus = tested_cpus(3);

	cpus.cpu[1]->selftest = (struct vmx_selftest){0};
	assert_non_null(strstr(printed(&cpus), "ktap: 1..2\n"));
	assert_null(strstr(printed(&cpus), "cpu 1\n"));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(answers_count_as_passed_failed_or_skipped),
		cmocka_unit_test(a_cpu_that_passes_is_a_subtest_that_is_ok),
		cmocka_unit_test(what_a_skipped_check_lacks_is_named),
		cmocka_unit_test(a_wrong_answer_is_not_ok_with_both_answers),
		cmocka_unit_test(up_to_16_cpus_have_subtests_of_their_own),
		cmocka_unit_test(above_16_equal_answers_share_a_subtest),
		cmocka_unit_test(cpus_that_were_not_tested_are_no_subtest),
	};

	return unit_run(rules, COUNT(rules));
}
