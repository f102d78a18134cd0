/* kernel/monitor/monitor.h: requests, their answers, and their effect on the CPUs. */
#include "kernel/console/line_editor.h"
#include "tests/unit/monitor_session.h"

static void assert_says(const char *request, const char *expected)
{
	char keys[256];

	snprintf(keys, sizeof(keys), "echo off\r%s\r", request);
	if (strstr(session(keys), expected) == NULL)
		fail_msg("%s: no \"%s\" in: %s", request, expected, said->at);
}

static void requests_are_found_by_name(void **state)
{
	assert_says(
		"status",
		"\ncpus 0-3: in VMX root operation\nvmx: 4 of 4 CPUs in VMX root operation\nok\n");
	assert_says("  status  ", "\nvmx: 4 of 4 CPUs in VMX root operation\nok\n");
	assert_says("read status", "\nvmx: 4 of 4 CPUs in VMX root operation\nok\n");
	assert_says("STATUS", "\nnot supported: STATUS; supported: help open on ");
	assert_says("statu", "\nerror not supported\n");
	assert_says("control", "\nnot supported: ; supported: prove ");
	assert_says("control control", "\nerror not supported\n");
	assert_says("status 1", "\nerror this command takes no arguments\n");
}

static void help_finds_names_in_all_tables(void **state)
{
	assert_says("help", "\nwrite msr N VALUE [CPUS] | cr4 VALUE [CPUS]: ");
	assert_says("help stress", "\ncontrol stress TIMES [CPUS]: ");
	assert_says("help churn", "\ncontrol churn TIMES [CPUS]: ");
	assert_says("help log", "\nread log: ");
	assert_says("help control", "\ncontrol cpuid LEAF[.SUBLEAF] [CPUS]: ");
	assert_says("help x", "\nnot supported: x; ");
}

static void cpus_are_opened_and_closed_one_by_one(void **state)
{
	assert_says("close 1,3", "\ncpus 1,3: outside VMX operation\nok\n");
	assert_says(
		"status",
		"\ncpus 0,2: in VMX root operation\ncpus 1,3: outside VMX operation\nvmx: 2 of 4 ");
	assert_says("prove",
	            "\nerror not all of these CPUs are in VMX root operation: see open, status\n");
	assert_says("prove 0,2", "\ncpus 0,2: guest: ");
	assert_says("open 3", "\ncpu 3: in VMX root operation\nok\n");
	assert_says("on", "\ncpus 0-3: in VMX root operation\nok\n");
	assert_says("off", "\ncpus 0-3: outside VMX operation\nok\n");
	assert_says("status", "\nvmx: 0 of 4 CPUs in VMX root operation\nok\n");
}

static void what_cannot_be_opened_says_why(void **state)
{
	fake.has_no_vmx = true;
	memset(fake.cpus, 0, sizeof(fake.cpus));
	assert_says("open 0", "\ncpu 0: outside VMX operation: CPUID.1:ECX.VMX[5] is clear");
	assert_says("open 0", "\nerror not all of these CPUs are in VMX root operation\n");
}

static void lists_of_cpus_are_checked(void **state)
{
	static const char *const malformed[] = {"-", "1-",  "2-1",        "1,1", "1,0",
	                                        "x", "1;2", "4294967296", "0x1"};
	char request[64];

	for (size_t i = 0; i < COUNT_OF(malformed); i++) {
		snprintf(request, sizeof(request), "close %s", malformed[i]);
		assert_says(request,
		            "\nerror expected a list of CPUs such as 0-3,8, in ascending order\n");
	}
	assert_says("close 4", "\nerror no such CPU\n");
	assert_says("close 0-4294967295", "\nerror no such CPU\n");
	assert_says("close 0 1", "\nerror too many arguments\n");
	assert_says("status", "\nvmx: 4 of 4 ");
}

static void a_cpu_that_does_not_answer_is_named_and_left_out(void **state)
{
	fake.loses_work = true;
	assert_says("close 0-1", "\nerror some of these CPUs timed out and were stopped\n");
	fake.loses_work = false;
	assert_says("open 1", "\nerror some of these CPUs are not running: see status\n");
	assert_says("open", "\ncpus 0,2-3: in VMX root operation\nok\n");
	assert_says("control online 1", "\ncpu 1: in VMX root operation\nok\n");
}

static void cpus_go_offline_and_come_back(void **state)
{
	assert_says("control offline 1-2", "\ncpus 1-2: offline\nok\n");
	assert_says("status", "\ncpus 0,3: in VMX root operation\ncpus 1-2: offline\nvmx: 2 of 4 ");
	assert_says("close 1", "\nerror some of these CPUs are not running: see status\n");
	fake.is_deaf = true;
	assert_says("control online 1", "\nerror this CPU did not start\n");
	fake.is_deaf = false;
	assert_says("control online 1", "\ncpu 1: in VMX root operation\nok\n");
	assert_says("control online 1", "\nerror this CPU is already running\n");
	assert_says("control offline 0-1",
	            "\nerror CPU 0 runs this monitor and must stay online\n");
	assert_says("control offline", "\nerror expected a list of CPUs\n");
	assert_says("control online 4", "\nerror expected the number of one CPU\n");
}

/* A CPU that may still be in VMX operation must not be halted: INIT would be blocked later. */
static void no_cpu_goes_offline_if_one_does_not_leave_vmx_operation(void **state)
{
	fake.loses_work = true;
	assert_says("control offline 1-2",
	            "\nerror some of these CPUs timed out and were stopped\n");
	fake.loses_work = false;
	assert_false(fake.run.machine.cpus.cpu[2]->monitor.offline);
}

static void writing_says_what_was_and_what_is(void **state)
{
	assert_says("write msr 0x3a 5 2", "\ncpu 2: MSR 0x3a was 0x0, is 0x5\nok\n");
	assert_says("control msr 58", "\ncpus 0-3: MSR 0x3a = 0x5\nok\n");
	assert_says("write msr 0xbad 1 0",
	            "\ncpu 0: MSR 0xbad was unreadable; writing 0x1 faults: vector 13, error "
	            "code 0x0; still unreadable\nerror the instruction faulted\n");
	assert_says("write cr4 0x20 1", "\ncpu 1: CR4 was 0x2020, is 0x20\nok\n");
	assert_says("control cpuid 7.1",
	            "\ncpus 0-3: EAX 0x00000007 EBX 0x00000000 ECX 0x00000001 ");
}

static void what_the_kernel_needs_is_not_written(void **state)
{
	assert_says("write msr 0x1b 0", "\nthis write would break interrupts\nerror refused\n");
	assert_says("write cr4 0", "\nerror refused\n");
	assert_int_equal(fake.cr4, 0x2020);
}

static void observing_enters_and_writes_nothing(void **state)
{
	fake.run.machine.observe = true;
	assert_says("open", "\nerror VMX is not entered with observe or after a misspelt option\n");
	assert_says("write msr 0x3a 1",
	            "\nerror nothing is written with observe or after a misspelt option\n");
	assert_int_equal(fake.msr, 0);
}

static void a_cpu_that_fails_a_trial_is_named_with_the_reason(void **state)
{
	fake.fails_trials = true;
	assert_says("prove 1-2", "VMCLEAR: VMfailInvalid, field or value 0x0\n"
	                         "error some of these CPUs failed\n");
	assert_says("control selftest 3", "\nerror some of these CPUs failed\n");
}

static void lines_of_the_log_are_no_answers(void **state)
{
	assert_says("read log", "\n| a line\n| ok\n| half a line\nok\n");
}

static void a_line_that_is_too_long_is_refused_whole(void **state)
{
	char line[LINE_SIZE + 64];

	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	assert_non_null(strstr(session(line), "\nerror the line is too long\n"));
}

static void nothing_typed_is_no_request(void **state)
{
	assert_int_equal(unit_occurrences(session("\r\n \r\t\rclose\x03"), "ok\n"), 1); /* exit's */
}

static void the_end_says_what_to_do(void **state)
{
	static const struct {
		const char *request;
		enum exit_action action;
	} ends[] = {
		{"halt\r", EXIT_HALT},
		{"control reboot\r", EXIT_REBOOT},
		{"poweroff\r", EXIT_POWEROFF},
	};

	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		begin(state);
		session(ends[i].request);
		assert_true(fake.run.exit_chosen);
		assert_int_equal(fake.run.exit, ends[i].action);
		assert_int_equal(fake.past_end, 0);
	}
}

static void exit_leaves_the_end_to_the_options(void **state)
{
	session("exit\r");
	assert_int_equal(fake.past_end, 0);
	assert_false(fake.run.exit_chosen);
}

static void without_memory_there_is_no_monitor(void **state)
{
	fake.has_no_memory = true;
	assert_string_equal(session("status\r"),
	                    "rootmode: warning: not enough memory for the monitor\n");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
#define RULE(name) cmocka_unit_test_setup(name, begin)
		RULE(requests_are_found_by_name),
		RULE(help_finds_names_in_all_tables),
		RULE(cpus_are_opened_and_closed_one_by_one),
		RULE(what_cannot_be_opened_says_why),
		RULE(lists_of_cpus_are_checked),
		RULE(a_cpu_that_does_not_answer_is_named_and_left_out),
		RULE(cpus_go_offline_and_come_back),
		RULE(no_cpu_goes_offline_if_one_does_not_leave_vmx_operation),
		RULE(writing_says_what_was_and_what_is),
		RULE(what_the_kernel_needs_is_not_written),
		RULE(observing_enters_and_writes_nothing),
		RULE(a_cpu_that_fails_a_trial_is_named_with_the_reason),
		RULE(lines_of_the_log_are_no_answers),
		RULE(a_line_that_is_too_long_is_refused_whole),
		RULE(nothing_typed_is_no_request),
		RULE(the_end_says_what_to_do),
		RULE(exit_leaves_the_end_to_the_options),
		RULE(without_memory_there_is_no_monitor),
	};

	return unit_run(rules, COUNT_OF(rules));
}
