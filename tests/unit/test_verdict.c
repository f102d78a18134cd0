/* kernel/record/verdict.h and reason.h: the verdicts and reason codes of docs/serial-log.md. */
#include "kernel/record/verdict.h"
#include "tests/unit/cpus.h"
#include "tests/unit/unit.h"

static void verdicts_have_the_names_and_exit_codes_of_the_contract(void **state)
{
	static const struct {
		enum verdict verdict;
		const char *name;
		uint8_t exit_code;
	} contract[] = {
		{VERDICT_PASS, "PASS", 0x10},
		{VERDICT_FAIL, "FAIL", 0x11},
		{VERDICT_UNSUPPORTED, "UNSUPPORTED", 0x12},
		{VERDICT_BLOCKED, "BLOCKED", 0x13},
		{VERDICT_ERROR, "ERROR", 0x14},
		{VERDICT_OBSERVED, "OBSERVED", 0x15},
	};

	for (size_t i = 0; i < COUNT_OF(contract); i++) {
		assert_string_equal(verdict_name(contract[i].verdict), contract[i].name);
		assert_int_equal(verdict_exit_code(contract[i].verdict), contract[i].exit_code);
	}
}

static void worse_verdicts_weigh_more(void **state)
{
	assert_true(VERDICT_PASS < VERDICT_UNSUPPORTED);
	assert_true(VERDICT_UNSUPPORTED < VERDICT_BLOCKED);
	assert_true(VERDICT_BLOCKED < VERDICT_FAIL);
	assert_true(VERDICT_FAIL < VERDICT_ERROR);
}

static void reasons_lead_to_the_verdict_of_the_contract(void **state)
{
	static const struct {
		const char *code;
		enum verdict verdict;
	} contract[] = {
		{"", VERDICT_PASS},
		{"no-vmx", VERDICT_UNSUPPORTED},
		{"no-long-mode", VERDICT_UNSUPPORTED},
		{"feature-control-fault", VERDICT_FAIL},
		{"capability-msr-fault", VERDICT_FAIL},
		{"vmxon-no-effect", VERDICT_FAIL},
		{"vmxoff-failed", VERDICT_FAIL},
		{"vmcs", VERDICT_FAIL},
		{"vm-controls", VERDICT_FAIL},
		{"vm-entry", VERDICT_FAIL},
		{"vm-exit", VERDICT_FAIL},
		{"ap-unreachable", VERDICT_FAIL},
		{"no-low-memory", VERDICT_FAIL},
		{"not-seen", VERDICT_ERROR},
		{"feature-control-locked-off", VERDICT_BLOCKED},
		{"feature-control-smx-only", VERDICT_BLOCKED},
		{"feature-control-write-refused", VERDICT_FAIL},
		{"capability-msr-invalid", VERDICT_FAIL},
		{"cr-fixed-bits", VERDICT_FAIL},
		{"vmxon-fault", VERDICT_FAIL},
		{"vmxon-fail-invalid", VERDICT_FAIL},
		{"vmxon-fail-valid", VERDICT_FAIL},
		{"ap-timeout", VERDICT_FAIL},
		{"out-of-memory", VERDICT_FAIL},
		{"no-cpu-list", VERDICT_FAIL},
		{"not-finished", VERDICT_FAIL},
		{"panic", VERDICT_ERROR},
		{"exception", VERDICT_ERROR},
		{"nmi", VERDICT_ERROR},
		{"machine-check", VERDICT_ERROR},
		{"apic-disabled", VERDICT_FAIL},
	};

	assert_int_equal(COUNT_OF(contract), REASON_COUNT);
	for (size_t i = 0; i < COUNT_OF(contract); i++) {
		unsigned found = 0;

		for (enum reason reason = 0; reason < REASON_COUNT; reason++) {
			if (strcmp(reason_code(reason), contract[i].code) != 0)
				continue;
			assert_int_equal(verdict_of_reason(reason), contract[i].verdict);
			found++;
		}
		assert_int_equal(found, 1);
	}
}

static void every_reason_has_a_code_of_its_own_in_small_letters(void **state)
{
	for (enum reason a = REASON_NONE + 1; a < REASON_COUNT; a++) {
		const char *code = reason_code(a);

		assert_non_null(code);
		assert_int_not_equal(strlen(code), 0);
		assert_int_equal(strspn(code, "abcdefghijklmnopqrstuvwxyz-"), strlen(code));
		for (enum reason b = a + 1; b < REASON_COUNT; b++)
			assert_string_not_equal(code, reason_code(b));
	}
}

static void only_no_reason_passes(void **state)
{
	for (enum reason reason = REASON_NONE + 1; reason < REASON_COUNT; reason++)
		assert_true(verdict_of_reason(reason) >= VERDICT_UNSUPPORTED);
	assert_int_equal(verdict_of_reason(REASON_NONE), VERDICT_PASS);
}

static void of_two_verdicts_the_worse_wins_and_drops_the_others_reason(void **state)
{
	for (enum reason a = REASON_NONE; a < REASON_COUNT; a++) {
		for (enum reason b = REASON_NONE; b < REASON_COUNT; b++) {
			enum verdict of_a = verdict_of_reason(a), of_b = verdict_of_reason(b);
			enum verdict worst = of_a > of_b ? of_a : of_b;
			reason_set expected = 0;
			struct run_verdict result = verdict_of_reasons(1u << a | 1u << b, false);

			if (a != REASON_NONE && of_a == worst)
				expected |= 1u << a;
			if (b != REASON_NONE && of_b == worst)
				expected |= 1u << b;
			assert_int_equal(result.verdict, worst);
			assert_int_equal(result.would_be, worst);
			assert_int_equal(result.reasons, expected);
		}
	}
}

static void observe_hides_every_verdict_but_that_of_a_run_cut_short(void **state)
{
	for (enum reason reason = REASON_NONE; reason < REASON_COUNT; reason++) {
		bool failed = reason == REASON_PANIC || reason == REASON_EXCEPTION ||
		              reason == REASON_NMI || reason == REASON_MACHINE_CHECK;
		struct run_verdict result = verdict_of_reasons(1u << reason, true);

		assert_int_equal(result.verdict, failed ? VERDICT_ERROR : VERDICT_OBSERVED);
		assert_int_equal(result.would_be, verdict_of_reason(reason));
		assert_int_equal(result.reasons, (1u << reason) & ~1u);
	}
}

static void the_machine_s_reason_and_each_cpu_s_count(void **state)
{
	for (uint32_t at = 0; at <= 3; at++) {
		struct machine machine = cpus_machine(3);

		if (at < 3)
			cpus_stop(machine.cpus.cpu[at], REASON_SMX_ONLY);
		else
			machine.failure = REASON_SMX_ONLY;
		assert_int_equal(verdict_decide(&machine).verdict, VERDICT_BLOCKED);
		assert_int_equal(verdict_decide(&machine).reasons, 1u << REASON_SMX_ONLY);
		machine.observe = true;
		assert_int_equal(verdict_decide(&machine).verdict, VERDICT_OBSERVED);
	}
}

/* As a step that fails and forgets to record why would leave it. */
static void a_record_without_a_reason_is_not_enough_for_pass(void **state)
{
	for (uint32_t at = 0; at < 3; at++) {
		struct machine machine = cpus_machine(3);
		struct cpu *cpu = machine.cpus.cpu[at];

		cpu->outcome = (struct vmx_outcome){0};
		assert_int_equal(verdict_decide(&machine).verdict, VERDICT_FAIL);
		assert_int_equal(verdict_decide(&machine).reasons, 1u << REASON_NOT_FINISHED);
		cpu->orders.observe = true;
		assert_int_equal(verdict_decide(&machine).verdict, VERDICT_PASS);
	}
}

static void a_cpu_that_was_to_run_guests_and_did_not_is_no_pass(void **state)
{
	struct machine machine = cpus_machine(3);
	struct cpu *cpu = machine.cpus.cpu[2];

	cpu->orders.prove = true;
	assert_int_equal(verdict_decide(&machine).reasons, 1u << REASON_NOT_FINISHED);
	cpu->proof.cycles = 1;
	assert_int_equal(verdict_decide(&machine).verdict, VERDICT_PASS);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(verdicts_have_the_names_and_exit_codes_of_the_contract),
		cmocka_unit_test(worse_verdicts_weigh_more),
		cmocka_unit_test(reasons_lead_to_the_verdict_of_the_contract),
		cmocka_unit_test(every_reason_has_a_code_of_its_own_in_small_letters),
		cmocka_unit_test(only_no_reason_passes),
		cmocka_unit_test(of_two_verdicts_the_worse_wins_and_drops_the_others_reason),
		cmocka_unit_test(observe_hides_every_verdict_but_that_of_a_run_cut_short),
		cmocka_unit_test(the_machine_s_reason_and_each_cpu_s_count),
		cmocka_unit_test(a_record_without_a_reason_is_not_enough_for_pass),
		cmocka_unit_test(a_cpu_that_was_to_run_guests_and_did_not_is_no_pass),
	};

	return unit_run(rules, COUNT_OF(rules));
}
