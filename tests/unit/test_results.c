/* kernel/report/results.h: a result for each CPU, each check and the verdict. */
#include "kernel/record/caps_rules.h"
#include "kernel/report/results.h"
#include "tests/unit/cpus.h"

static const struct selftest_check table[] = {
	{"VMXON, again: 0x10", NULL, {VMX_FAIL_VALID, 15, 0}},
	{"INVEPT", "vmx-invept", {VMX_SUCCEEDED, 0, 0}},
};

static const struct selftest_check *checks(unsigned n)
{
	return n < COUNT_OF(table) ? &table[n] : NULL;
}

static void run_selftest(struct cpu *cpu)
{
	cpu->selftest.run = true;
	cpu->selftest.seen = unit_take(COUNT_OF(table) * sizeof(struct selftest_seen));
	cpu->selftest.seen[0].status = table[0].expected;
	cpu->selftest.seen[1].status.kind = VMX_NOT_TRIED;
}

static const char *printed_with(selftest_checks *of, const struct machine *machine)
{
	struct unit_capture *capture = unit_capture();

	results_print(machine, of, &capture->text);
	return capture->at;
}

static const char *printed(const struct machine *machine)
{
	return printed_with(checks, machine);
}

static void each_cpu_and_the_verdict_have_a_result(void **state)
{
	struct machine machine = cpus_machine(2);

	assert_string_equal(printed(&machine), "result: KTAP version 1\n"
	                                       "result: 1..3\n"
	                                       "result: ok 1 cpu-0 : pass\n"
	                                       "result: ok 2 cpu-1 : pass\n"
	                                       "result: ok 3 verdict : pass\n");
}

static void a_failure_says_why(void **state)
{
	struct machine machine = cpus_machine(2);

	cpus_stop(machine.cpus.cpu[1], REASON_LOCKED_OFF);
	assert_string_equal(printed(&machine),
	                    "result: KTAP version 1\n"
	                    "result: 1..3\n"
	                    "result: ok 1 cpu-0 : pass\n"
	                    "result: not ok 2 cpu-1 : fail # feature-control-locked-off\n"
	                    "result: not ok 3 verdict : fail # BLOCKED\n");
}

static void a_machine_without_vmx_is_skipped(void **state)
{
	struct machine machine = cpus_machine(1);

	cpus_stop(machine.cpus.cpu[0], REASON_NO_VMX);
	assert_string_equal(printed(&machine), "result: KTAP version 1\n"
	                                       "result: 1..2\n"
	                                       "result: ok 1 cpu-0 : skip # SKIP no-vmx\n"
	                                       "result: ok 2 verdict : skip # SKIP UNSUPPORTED\n");
}

static void a_run_without_cpus_has_a_verdict(void **state)
{
	struct machine machine = {.failure = REASON_PANIC};

	assert_string_equal(printed(&machine), "result: KTAP version 1\n"
	                                       "result: 1..1\n"
	                                       "result: not ok 1 verdict : fail # ERROR\n");
}

static void a_check_has_one_result_for_all_cpus(void **state)
{
	struct machine machine = cpus_machine(3);

	for (uint32_t i = 0; i < 2; i++)
		run_selftest(machine.cpus.cpu[i]);
	assert_non_null(strstr(printed(&machine),
	                       "result: ok 4 selftest-vmxon-again-0x10 : pass\n"
	                       "result: ok 5 selftest-invept : skip # SKIP no CPU can try it\n"
	                       "result: ok 6 selftest-caps-consistency-"));
	machine.cpus.cpu[1]->selftest.seen[0].status.number = 14;
	assert_non_null(
		strstr(printed(&machine),
	               "result: not ok 4 selftest-vmxon-again-0x10 : fail # see the lines ktap\n"));
}

static void the_results_are_as_many_as_planned_and_numbered(void **state)
{
	struct machine machine = cpus_machine(3);
	const char *text;
	unsigned planned, number = 0;

	run_selftest(machine.cpus.cpu[0]);
	text = printed(&machine);
	assert_int_equal(sscanf(text, "result: KTAP version 1\nresult: 1..%u\n", &planned), 1);
	for (const char *line = strstr(text, "ok "); line != NULL; line = strstr(line + 1, "ok ")) {
		assert_int_equal(strtoul(line + 3, NULL, 10), ++number);
	}
	assert_int_equal(number, planned);
	assert_int_equal(planned, 3 + COUNT_OF(table) + caps_rules_count + 1);
}

static void any_cpu_can_fail_a_check(void **state)
{
	for (uint32_t failing = 0; failing < 3; failing++) {
		struct machine machine = cpus_machine(3);

		for (uint32_t i = 0; i < 3; i++)
			run_selftest(machine.cpus.cpu[i]);
		machine.cpus.cpu[failing]->selftest.seen[0].status.number = 14;
		assert_non_null(
			strstr(printed(&machine), "result: not ok 4 selftest-vmxon-again-0x10"));
	}
}

static void one_cpu_that_tried_is_enough(void **state)
{
	for (uint32_t tried = 0; tried < 3; tried++) {
		struct machine machine = cpus_machine(3);

		run_selftest(machine.cpus.cpu[tried]);
		assert_non_null(strstr(printed(&machine),
		                       "result: ok 4 selftest-vmxon-again-0x10 : pass\n"));
	}
}

static const struct selftest_check *one_check(unsigned n)
{
	static const struct selftest_check check = {"/09:@AZ[`az{", NULL, {VMX_FAIL_VALID, 15, 0}};

	return n == 0 ? &check : NULL;
}

static void names_are_of_small_letters_and_digits(void **state)
{
	struct machine machine = cpus_machine(1);

	run_selftest(machine.cpus.cpu[0]);
	assert_non_null(strstr(printed_with(one_check, &machine),
	                       "result: ok 2 selftest-09-az-az : pass\n"));
}

static void each_rule_of_the_capabilities_has_its_result(void **state)
{
	static const uint64_t values[] = {0, UINT64_MAX, 0x5555555555555555};

	for (size_t i = 0; i < COUNT_OF(values); i++) {
		struct machine machine = cpus_machine(1);
		struct cpu *cpu = machine.cpus.cpu[0];
		const char *at;

		run_selftest(cpu);
		for (unsigned n = 0; n < VMX_MSR_COUNT; n++)
			cpu->evidence.msr[n] = (struct msr_reading){values[i], MSR_READ};
		at = printed_with(one_check, &machine);
		for (unsigned n = 0; n < caps_rules_count; n++) {
			char expected[64];

			snprintf(expected, sizeof(expected),
			         "result: %s %u selftest-caps-consistency-",
			         caps_rule_holds(n, &cpu->evidence) ? "ok" : "not ok", n + 3);
			assert_non_null(strstr(at, expected));
		}
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(each_cpu_and_the_verdict_have_a_result),
		cmocka_unit_test(a_failure_says_why),
		cmocka_unit_test(a_machine_without_vmx_is_skipped),
		cmocka_unit_test(a_run_without_cpus_has_a_verdict),
		cmocka_unit_test(a_check_has_one_result_for_all_cpus),
		cmocka_unit_test(the_results_are_as_many_as_planned_and_numbered),
		cmocka_unit_test(any_cpu_can_fail_a_check),
		cmocka_unit_test(one_cpu_that_tried_is_enough),
		cmocka_unit_test(names_are_of_small_letters_and_digits),
		cmocka_unit_test(each_rule_of_the_capabilities_has_its_result),
	};

	return unit_run(rules, COUNT_OF(rules));
}
