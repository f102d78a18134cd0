/* kernel/record/selftest.h: the self-test's results as KTAP. */
#include "kernel/record/selftest.h"
#include "kernel/record/caps.h"
#include "kernel/record/caps_rules.h"
#include "tests/unit/cpus.h"

static const struct selftest_check table[] = {
	{"vmxon again", NULL, {VMX_FAIL_VALID, 15, 0}},
	{"invept", "vmx-invept", {VMX_SUCCEEDED, 0, 0}},
	{"vmclear", NULL, {VMX_SUCCEEDED, 0, 0}},
};

static const struct selftest_check *checks(unsigned n)
{
	return n < COUNT_OF(table) ? &table[n] : NULL;
}

/* CPUs that passed every check except the second, which none could try. */
static struct cpu_list tested_cpus(uint32_t count)
{
	struct cpu_list cpus = cpus_entered(count);

	for (uint32_t i = 0; i < count; i++) {
		struct vmx_selftest *results = &cpus.cpu[i]->selftest;

		results->run = true;
		results->seen = unit_take(COUNT_OF(table) * sizeof(*results->seen));
		results->seen[0].status = table[0].expected;
		results->seen[2].status = table[2].expected;
		selftest_judge(cpus.cpu[i], checks);
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

	assert_int_equal(results->passed, 2 + caps_rules_count);
	assert_int_equal(results->failed, 0);
	assert_int_equal(results->skipped, 1);
	results->seen[0].status.number = 14;
	selftest_judge(cpus.cpu[0], checks);
	assert_int_equal(results->passed, 1 + caps_rules_count);
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
	const char *text = printed(&cpus);

	assert_non_null(strstr(text, "ktap: KTAP version 1\n"
	                             "ktap: 1..1\n"
	                             "ktap:     KTAP version 1\n"
	                             "ktap:     # Subtest: cpu 0\n"));
	assert_non_null(strstr(text, "ktap:     ok 1 vmxon again\n"
	                             "ktap:     ok 2 invept # SKIP needs vmx-invept\n"
	                             "ktap:     ok 3 vmclear\n"
	                             "ktap:     ok 4 caps-consistency, IA32_VMX_BASIC, "));
	assert_non_null(strstr(text, " skip:1 error:0\nktap: ok 1 cpu 0\n"));
}

static void what_a_skipped_check_lacks_is_named(void **state)
{
	static const struct {
		const char *needs, *line;
		enum selftest_item why;
	} cases[] = {
		{"vmx-invept", "ok 1 name # SKIP needs vmx-invept\n", ITEM_NONE},
		{"!no-such-name", "ok 1 name # SKIP needs no-such-name off\n", ITEM_NONE},
		{"!vmx-ept, vmx-mtf", "ok 1 name # SKIP needs vmx-mtf\n", ITEM_NONE},
		{NULL, "ok 1 name # SKIP not tried on this CPU\n", ITEM_NONE},
		{NULL, "ok 1 name # SKIP no such bit or field here\n", ITEM_NO_BIT},
		{NULL, "ok 1 name # SKIP needs a VMCS that another CPU has cleared\n",
	         ITEM_NO_OTHER_CPU},
		{NULL, "ok 1 name # SKIP VMWRITE does not keep the reserved bits\n", ITEM_NOT_KEPT},
		{NULL, "ok 1 name # SKIP the first CPU did not come back from such checks\n",
	         ITEM_NOT_FIRST},
		{NULL, "ok 1 name # SKIP the check before it failed\n", ITEM_NOT_REACHED},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct unit_capture *capture = unit_capture();
		struct cpu_list cpus = cpus_entered(1);
		struct selftest_seen seen = {.kind = (uint8_t)cases[i].why};

		needed = (struct selftest_check){.name = "name", .needs = cases[i].needs};
		cpus.cpu[0]->selftest = (struct vmx_selftest){.run = true, .seen = &seen};
		selftest_print(&cpus, one_check, &capture->text);
		assert_int_equal(unit_occurrences(capture->at, cases[i].line), 1);
	}
}

static void of_many_items_the_first_that_failed_is_named(void **state)
{
	static const struct {
		struct selftest_seen seen;
		const char *line;
	} cases[] = {
		{{{VMX_SUCCEEDED, 0, 0}, 31, ITEM_BIT, 2, 0, 0},
	         "# seen: success, bit 31, and others: 2\n"},
		{{{VMX_SUCCEEDED, 0, 0}, 0x4826, ITEM_FIELD, 0, 0, 0},
	         "# seen: success, field 0x4826\n"},
		{{{VMX_SUCCEEDED, 0, 0}, 2, ITEM_QUALIFICATION, 0, 0, 0},
	         "# seen: success, exit qualification 2\n"},
		{{{VMX_SUCCEEDED, 0, 0}, 0x6400, ITEM_VALUE, 0, 0x13, 3},
	         "# seen: success, field 0x6400 is 0x13, not 0x3\n"},
		{{{VMX_SUCCEEDED, 0, 0}, 2, ITEM_REGISTER, 0, 1, 0},
	         "# seen: success, guest register 0x2 is 0x1, not 0x0\n"},
		{{{VMX_SUCCEEDED, 0, 0}, 512, ITEM_MEMORY, 0, 1, 2},
	         "# seen: success, quadword 0x200 is 0x1, not 0x2\n"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct cpu_list cpus = tested_cpus(1);

		cpus.cpu[0]->selftest.seen[2] = cases[i].seen;
		selftest_judge(cpus.cpu[0], checks);
		assert_int_equal(cpus.cpu[0]->selftest.failed, 1);
		assert_non_null(strstr(printed(&cpus), "not ok 3 vmclear\n"));
		assert_non_null(strstr(printed(&cpus), cases[i].line));
	}
}

static void a_capability_that_contradicts_another_is_not_ok(void **state)
{
	struct cpu_list cpus = tested_cpus(1);
	struct vmx_evidence *evidence = &cpus.cpu[0]->evidence;

	evidence->basic.addresses_32bit = true;
	selftest_judge(cpus.cpu[0], checks);
	assert_int_equal(cpus.cpu[0]->selftest.failed, 1);
	assert_non_null(strstr(printed(&cpus),
	                       "not ok 4 caps-consistency, IA32_VMX_BASIC, width of addresses\n"
	                       "ktap:     # expected: as the SDM says\n"
	                       "ktap:     # seen: IA32_VMX_BASIC = "));
}

static void a_cpu_that_did_not_finish_is_not_ok(void **state)
{
	struct cpu_list cpus = tested_cpus(1);
	struct vmx_selftest *results = &cpus.cpu[0]->selftest;

	results->passed = results->failed = results->skipped = 0;
	assert_non_null(
		strstr(printed(&cpus), "ktap:     # the CPU did not finish the self-test\n"));
	assert_non_null(strstr(printed(&cpus), "ktap: not ok 1 cpu 0\n"));
}

static void a_wrong_answer_is_not_ok_with_both_answers(void **state)
{
	struct cpu_list cpus = tested_cpus(2);

	cpus.cpu[1]->selftest.seen[2].status = (struct vmx_status){VMX_FAIL_INVALID, 0, 0};
	selftest_judge(cpus.cpu[1], checks);
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
	cpus.cpu[9]->selftest.seen[0].status.number = 1;
	selftest_judge(cpus.cpu[9], checks);
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

static void a_check_can_need_any_capability_or_its_absence(void **state)
{
	struct vmx_evidence none = {0}, all = {0};

	for (size_t i = 0; i < VMX_MSR_COUNT; i++)
		all.msr[i] = (struct msr_reading){UINT64_MAX, MSR_READ};
	for (size_t i = 0; i < caps_count; i++) {
		char off[64];

		snprintf(off, sizeof(off), "!%s", caps_table[i].name);
		assert_int_not_equal(selftest_lacks(caps_table[i].name, &none).size, 0);
		assert_int_equal(selftest_lacks(off, &none).size, 0);
		assert_int_equal(selftest_lacks(caps_table[i].name, &all).size == 0,
		                 caps_has(&caps_table[i], &all));
	}
}

/* The rules of caps-consistency are checks like the others. The first is the width of addresses. */
static void cpus_that_keep_other_rules_do_not_share_a_subtest(void **state)
{
	struct cpu_list cpus = tested_cpus(17);

	cpus.cpu[9]->evidence.basic.addresses_32bit = true;
	selftest_judge(cpus.cpu[9], checks);
	assert_non_null(strstr(printed(&cpus), "ktap: 1..2\n"));
	assert_non_null(strstr(printed(&cpus), "ktap: not ok 2 cpu 9\n"));
}

/* A single check of each kind is enough to have finished. */
static void any_result_is_a_finish(void **state)
{
	static const struct {
		uint16_t passed, failed, skipped;
		bool finished, ok;
	} cases[] = {
		{0, 0, 0, false, false}, {1, 0, 0, true, true},  {0, 1, 0, true, false},
		{0, 0, 1, true, true},   {1, 1, 0, true, false}, {1, 0, 1, true, true},
		{0, 1, 1, true, false},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct cpu_list cpus = tested_cpus(1);
		struct vmx_selftest *results = &cpus.cpu[0]->selftest;

		results->passed = cases[i].passed;
		results->failed = cases[i].failed;
		results->skipped = cases[i].skipped;
		assert_int_equal(strstr(printed(&cpus), "did not finish") == NULL,
		                 cases[i].finished);
		assert_int_equal(strstr(printed(&cpus), "ktap: ok 1 cpu 0\n") != NULL, cases[i].ok);
	}
}

static void each_rule_has_a_line_and_its_number(void **state)
{
	struct cpu_list cpus = tested_cpus(1);
	const char *at = printed(&cpus);
	char line[64];

	snprintf(line, sizeof(line), "ktap:     1..%u\n", COUNT_OF(table) + caps_rules_count);
	assert_non_null(strstr(at, line));
	for (unsigned rule = 0; rule < caps_rules_count; rule++) {
		snprintf(line, sizeof(line), "\nktap:     ok %u caps-consistency, ",
		         COUNT_OF(table) + rule + 1);
		assert_non_null(strstr(at, line));
	}
	assert_int_equal(unit_occurrences(at, "caps-consistency"), caps_rules_count);
	assert_int_equal(unit_occurrences(at, "expected: as the SDM says"), 0);
	cpus.cpu[0]->evidence.basic.addresses_32bit = true;
	assert_int_equal(unit_occurrences(printed(&cpus), "expected: as the SDM says\n"), 1);
	assert_non_null(strstr(printed(&cpus), "\nktap:     ok 5 caps-consistency, "));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(answers_count_as_passed_failed_or_skipped),
		cmocka_unit_test(a_cpu_that_passes_is_a_subtest_that_is_ok),
		cmocka_unit_test(what_a_skipped_check_lacks_is_named),
		cmocka_unit_test(of_many_items_the_first_that_failed_is_named),
		cmocka_unit_test(a_capability_that_contradicts_another_is_not_ok),
		cmocka_unit_test(a_cpu_that_did_not_finish_is_not_ok),
		cmocka_unit_test(a_wrong_answer_is_not_ok_with_both_answers),
		cmocka_unit_test(up_to_16_cpus_have_subtests_of_their_own),
		cmocka_unit_test(above_16_equal_answers_share_a_subtest),
		cmocka_unit_test(cpus_that_were_not_tested_are_no_subtest),
		cmocka_unit_test(a_check_can_need_any_capability_or_its_absence),
		cmocka_unit_test(cpus_that_keep_other_rules_do_not_share_a_subtest),
		cmocka_unit_test(any_result_is_a_finish),
		cmocka_unit_test(each_rule_has_a_line_and_its_number),
	};

	return unit_run(rules, COUNT_OF(rules));
}
