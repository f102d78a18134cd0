/* kernel/monitor/: which CPUs share an answer, and which trials fail. */
#include "tests/unit/monitor_session.h"

static uint32_t odd; /* the CPU that differs */
static unsigned way; /* how it differs */

static void answer_oddly(struct cpu *cpu)
{
	struct cpu_answer *answer = &cpu->monitor.answer;

	if (cpu->found.index != odd)
		return;
	if (way < 4)
		answer->cpuid[way]++;
	else if (way == 4)
		answer->status.error_code++;
	else if (way == 5)
		answer->before_known ^= true;
	else if (way == 6)
		answer->after_known ^= true;
	else if (way == 7)
		answer->before++;
	else
		answer->after++;
}

static void cpus_share_a_line_only_if_all_of_the_answer_is_the_same(void **state)
{
	fake.meddle = answer_oddly;
	for (way = 0; way < 9; way++) {
		const char *said_of_all;

		for (odd = 1; odd < FAKE_CPUS; odd++) {
			char line[32];

			said_of_all = answer("control msr 0x3a");
			snprintf(line, sizeof(line), "cpu %u: MSR 0x3a ", odd);
			assert_non_null(strstr(said_of_all, line));
			assert_int_equal(unit_occurrences(said_of_all, "MSR 0x3a"), 2);
		}
		odd = FAKE_CPUS;
		assert_int_equal(unit_occurrences(answer("control msr 0x3a"), "MSR 0x3a"), 1);
	}
}

static void count_up(struct cpu *cpu)
{
	for (uint32_t i = 0; i < 4; i++)
		cpu->monitor.answer.cpuid[i] = 0x10 * (cpu->found.index % 3) + i;
}

static void each_answer_is_printed_in_order(void **state)
{
	fake.meddle = count_up;
	assert_string_equal(
		answer("control cpuid 1"),
		"cpus 0,3: EAX 0x00000000 EBX 0x00000001 ECX 0x00000002 EDX 0x00000003\n"
		"cpu 1: EAX 0x00000010 EBX 0x00000011 ECX 0x00000012 EDX 0x00000013\n"
		"cpu 2: EAX 0x00000020 EBX 0x00000021 ECX 0x00000022 EDX 0x00000023\nok\n");
}

static void a_read_that_faults_has_no_value(void **state)
{
	assert_string_equal(answer("control msr 0xbad"),
	                    "cpus 0-3: MSR 0xbad faults: vector 13, error code 0x0\n"
	                    "error the instruction faulted\n");
}

static void work_that_is_lost_shows_the_states(void **state)
{
	static const char *const requests[] = {"control msr 0x3a", "prove", "control selftest",
	                                       "control stress 1", "close"};
	static const char *const tasks[] = {"accessing a register", TASK_PROVE, TASK_SELFTEST,
	                                    "running the stress test", TASK_LEAVE};

	for (size_t i = 0; i < COUNT_OF(requests); i++) {
		const char *said_of_all;

		begin(state);
		fake.loses_work = true;
		said_of_all = answer(requests[i]);
		if (strstr(said_of_all, "cpu 3: ") == NULL)
			fail_msg("%s: %s", requests[i], said_of_all);
		assert_non_null(strstr(said_of_all,
		                       "\nerror some of these CPUs timed out and were stopped\n"));
		assert_string_equal(fake.cpus[3].progress.task, tasks[i]);
		assert_true(fake.cpus[3].monitor.closed);
		assert_int_equal(fake.cpus[0].monitor.closed, i == 4);
	}
}

static void a_bench_that_is_lost_is_an_error(void **state)
{
	fake.loses_work = true;
	assert_string_equal(answer("control bench 1"),
	                    "error some of these CPUs timed out and were stopped\n");
}

static void each_request_chooses_anew(void **state)
{
	session("close 0\rclose 1\rexit\r");
	assert_non_null(strstr(said->at, "close 1\ncpu 1: outside VMX operation\nok\n"));
	for (uint32_t i = 0; i < FAKE_CPUS; i++)
		fake.cpus[i].progress.failure = REASON_AP_TIMEOUT;
	assert_string_equal(answer("open"), "error none of these CPUs is running\n");
}

static void fail_proof(struct cpu *cpu)
{
	if (cpu->found.index == odd && way == 0)
		proof_fail(&cpu->proof, REASON_VMCS, "VMCLEAR",
		           (struct vmx_status){.kind = VMX_FAIL_INVALID});
	else if (cpu->found.index == odd)
		cpu->proof.tried = false;
}

static void one_cpu_that_proves_nothing_is_enough_to_fail(void **state)
{
	static const char failed[] = "\nerror some of these CPUs failed\n";

	fake.meddle = fail_proof;
	for (way = 0; way < 2; way++) {
		for (odd = 0; odd < FAKE_CPUS; odd++) {
			char line[16];
			const char *said_of_all;

			begin(state);
			fake.meddle = fail_proof;
			said_of_all = answer("prove");
			snprintf(line, sizeof(line), "cpu %u: ", odd);
			assert_non_null(strstr(said_of_all, failed));
			assert_int_equal(unit_occurrences(said_of_all, line), way == 0 ? 3 : 2);
			assert_int_equal(unit_occurrences(said_of_all, "\n"), way == 0 ? 6 : 5);
			assert_int_equal(fake.fills, 1);
		}
	}
	begin(state);
	assert_int_equal(unit_occurrences(answer("prove"), "cpus 0-3: guest: "), 2);
	assert_int_equal(unit_occurrences(said->at, "failed"), 0);
}

static void fail_selftest(struct cpu *cpu)
{
	if (cpu->found.index == odd && way == 0)
		cpu->selftest.failed = 1;
	else if (cpu->found.index == odd)
		cpu->outcome.in_root_operation = false;
}

static void one_cpu_that_fails_the_selftest_is_enough(void **state)
{
	for (way = 0; way < 2; way++) {
		for (odd = 0; odd <= FAKE_CPUS; odd++) {
			bool good = odd == FAKE_CPUS;

			begin(state);
			fake.meddle = fail_selftest;
			answer("control selftest");
			assert_int_equal(
				strstr(said->at, "error some of these CPUs failed") == NULL, good);
			assert_non_null(strstr(said->at, "ktap: KTAP version 1\n"));
		}
	}
}

static void measure(struct cpu *cpu)
{
	for (unsigned mode = 0; mode < BENCH_MODES; mode++) {
		for (unsigned exit = 0; exit < BENCH_EXITS; exit++)
			cpu->bench.ticks[mode][exit] = (struct bench_ticks){5, 6, 7};
	}
	if (cpu->found.index == odd)
		cpu->bench.ticks[0][0].minimum = 0;
}

static void one_exit_that_is_not_measured_is_enough(void **state)
{
	for (odd = 0; odd <= FAKE_CPUS; odd++) {
		begin(state);
		fake.meddle = measure;
		answer("control bench");
		assert_int_equal(strstr(said->at, "\nerror some exits could not be measured\n") ==
		                         NULL,
		                 odd == FAKE_CPUS);
		assert_non_null(strstr(said->at, "vmx: bench: round trips"));
	}
}

static void stress_leaves_each_time_and_ends_at_a_failure_of_any_cpu(void **state)
{
	fake.leaves = fake.entries = 0;
	assert_string_equal(answer("control stress 3 1-2"),
	                    "cpus 0-3: in VMX root operation\nok\n");
	assert_int_equal(fake.leaves, 6);
	assert_int_equal(fake.entries, 6);
	way = 0;
	for (odd = 0; odd < FAKE_CPUS; odd++) {
		begin(state);
		fake.meddle = fail_proof;
		answer("control stress 3 1");
		assert_non_null(strstr(said->at, "\nerror some CPUs failed\n"));
		assert_int_equal(fake.cpus[0].proof.cycles, 1);
	}
	begin(state);
	fake.run.machine.observe = true;
	fake.leaves = 0;
	answer("control stress 1");
	assert_non_null(strstr(
		said->at, "\nerror VMX is not entered with observe or after a misspelt option\n"));
	assert_int_equal(fake.leaves, 0);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
#define RULE(name) cmocka_unit_test_setup(name, begin)
		RULE(cpus_share_a_line_only_if_all_of_the_answer_is_the_same),
		RULE(each_answer_is_printed_in_order),
		RULE(a_read_that_faults_has_no_value),
		RULE(work_that_is_lost_shows_the_states),
		RULE(a_bench_that_is_lost_is_an_error),
		RULE(each_request_chooses_anew),
		RULE(one_cpu_that_proves_nothing_is_enough_to_fail),
		RULE(one_cpu_that_fails_the_selftest_is_enough),
		RULE(one_exit_that_is_not_measured_is_enough),
		RULE(stress_leaves_each_time_and_ends_at_a_failure_of_any_cpu),
	};

	return unit_run(rules, COUNT_OF(rules));
}
