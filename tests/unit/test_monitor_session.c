/* kernel/monitor/: whole sessions, byte by byte. */
#include "tests/unit/monitor_session.h"

static void what_is_typed_is_echoed_behind_a_prompt(void **state)
{
	assert_string_equal(session("\r  \rsta\x03nonsense\rexit\r"),
	                    STARTED "rootmode> \nrootmode>   \nrootmode> sta^C\n"
	                            "rootmode> nonsense\n"
	                            "not supported: nonsense; supported: help open on close off "
	                            "read status caps write control prove echo halt reboot "
	                            "poweroff exit\nerror not supported\n"
	                            "rootmode> exit\n" ENDED);
	assert_true(fake.record_complete);
}

static void echo_is_on_or_off(void **state)
{
	assert_string_equal(session("echo off\recho\recho x\recho on\rexit\r"),
	                    STARTED "rootmode> echo off\nok\nerror expected on or off\n"
	                            "error expected on or off\nok\nrootmode> exit\n" ENDED);
}

static void the_consoles_work_while_nothing_is_typed(void **state)
{
	fake.idle = 7;
	session("exit\r");
	assert_int_equal(fake.clock_polls, 7);
	assert_int_equal(fake.console_polls, 7);
	assert_int_equal(fake.relaxes, 7);
}

static void without_anything_to_type_on_it_warns(void **state)
{
	fake.has_no_input = true;
	assert_string_equal(session("echo off\rexit\r"),
	                    "rootmode: warning: no serial port and no keyboard controller is "
	                    "there: nothing can be typed, so the monitor cannot be left\n" STARTED
	                    "rootmode> echo off\nok\n" ENDED);
}

static void the_list_of_chosen_cpus_takes_one_page(void **state)
{
	session("exit\r");
	assert_int_equal(fake.pages, 1);
}

#define SYNTAX                                                                                     \
	"CPUS is a list such as 0-3,8; the default is all running CPUs. N and VALUE are decimal, " \
	"or hexadecimal with 0x.\n"

static void help_describes_one_command_or_all(void **state)
{
	const char *all;

	assert_string_equal(answer("help status"),
	                    "status: the same as read status\nread status: which CPUs are in VMX "
	                    "root operation\n" SYNTAX "ok\n");
	assert_string_equal(answer("help open"),
	                    "open [CPUS]: enter VMX root operation\n" SYNTAX "ok\n");
	assert_string_equal(answer("help log"),
	                    "read log: the log again, as far back as it is kept\n" SYNTAX "ok\n");
	assert_string_equal(answer("help nmi"),
	                    "control nmi [CPUS]: send an NMI and check that the "
	                    "CPU continues\n" SYNTAX "ok\n");
	assert_string_equal(answer("help x"),
	                    "not supported: x; supported: help open on close off read status caps "
	                    "write control prove echo halt reboot poweroff exit\n"
	                    "error not supported\n");
	all = answer("help");
	assert_int_equal(
		strncmp(all, "help [NAME]: list the commands, or describe NAME\nopen ", 53), 0);
	assert_non_null(strstr(all, "\nexit: the same as control exit\n" SYNTAX
	                            "Keys: Backspace; ^U clears the line; ^C discards it; Up and "
	                            "Down recall earlier lines.\n"));
	assert_int_equal(unit_occurrences(all, "\n"), 19);
	all = answer("help control");
	assert_int_equal(unit_occurrences(all, "\ncontrol "), 15);
	assert_int_equal(unit_occurrences(all, "Keys:"), 0);
}

static void an_nmi_is_sent_to_each_cpu_until_one_does_not_take_it(void **state)
{
	assert_string_equal(answer("control nmi 1-2"),
	                    "cpu 1: received an NMI and continued\n"
	                    "cpu 2: received an NMI and continued\nok\n");
	fake.is_deaf = true;
	assert_string_equal(answer("control nmi"),
	                    "cpu 0: received an NMI and continued\n"
	                    "cpu 1: received no NMI\n"
	                    "error the last CPU above did not receive the NMI\n");
	session("control nmi 3\rexit\r");
	assert_non_null(strstr(said->at, "cpu 3: received no NMI\nerror the last CPU above did not "
	                                 "receive the NMI\n"));
	session("control nmi 9\rexit\r");
	assert_non_null(strstr(said->at, "control nmi 9\nerror no such CPU\n"));
}

static void a_cpu_that_does_not_halt_or_leave_is_an_error(void **state)
{
	fake.is_deaf = true;
	session("control offline 1-2\rexit\r");
	assert_non_null(strstr(said->at, "cpus 1-2: outside VMX operation\nerror not all of these "
	                                 "CPUs halted in time\n"));
	fake.is_deaf = false;
	session("control offline 1,9\rexit\r");
	assert_non_null(strstr(said->at, "\nerror no such CPU\n"));
	session("control online 1 x\rexit\r");
	assert_non_null(strstr(said->at, "\nerror expected the number of one CPU\n"));
	fake.stays_in = true;
	session("close 0\rexit\r");
	assert_non_null(
		strstr(said->at, "\nerror not all of these CPUs have left VMX operation\n"));
}

static void a_cpu_that_comes_back_is_as_good_as_new(void **state)
{
	session("control offline 1\rexit\r");
	fake.cpus[1].monitor.closed = true;
	fake.cpus[1].reported = REASON_AP_TIMEOUT;
	session("control online 1\rexit\r");
	assert_false(fake.cpus[1].monitor.closed);
	assert_int_equal(fake.cpus[1].reported, REASON_NONE);
}

static void work_that_is_lost_is_named(void **state)
{
	fake.loses_work = true;
	session("open 1\rclose 2\rexit\r");
	assert_string_equal(fake.cpus[1].progress.task, TASK_ENTER);
	assert_string_equal(fake.cpus[2].progress.task, TASK_LEAVE);
}

static void a_machine_that_stays_on_cannot_be_powered_off(void **state)
{
	fake.stays_on = true;
	session("poweroff\rexit\r");
	assert_non_null(strstr(said->at,
	                       "\nerror this machine cannot be powered off: no \\_S5 package of "
	                       "constants, or no sleep registers\n"));
	assert_false(fake.run.exit_chosen);
}

static void what_is_known_is_printed_as_in_the_log(void **state)
{
	assert_non_null(strstr(answer("read evidence"), "cpus 0-3: CPUID.1:ECX.VMX[5] = 1\n"));
	fake.cpus[2].evidence.signature++;
	assert_non_null(strstr(answer("read evidence"), "cpu 2: warning: unlike cpu 0: "));
	assert_non_null(strstr(answer("read report"), "REPORT 1 lines="));
	fake.cpus[1].evidence.msr[0] = (struct msr_reading){1, MSR_READ};
	assert_non_null(strstr(answer("caps 1"), "cpu 1: caps: IA32_VMX_BASIC = 0x1"));
	for (unsigned i = 0; i < VMX_MSR_COUNT; i++)
		fake.cpus[1].evidence.msr[i] = (struct msr_reading){0x5555555555555555, MSR_READ};
	assert_non_null(strstr(answer("read evidence"), "cpu 1: warning: caps-consistency: "));
	assert_string_equal(answer("caps 9"), "error no such CPU\n");
	assert_string_equal(answer("read"), answer("status"));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
#define RULE(name) cmocka_unit_test_setup(name, begin)
		RULE(what_is_typed_is_echoed_behind_a_prompt),
		RULE(echo_is_on_or_off),
		RULE(the_consoles_work_while_nothing_is_typed),
		RULE(without_anything_to_type_on_it_warns),
		RULE(the_list_of_chosen_cpus_takes_one_page),
		RULE(help_describes_one_command_or_all),
		RULE(an_nmi_is_sent_to_each_cpu_until_one_does_not_take_it),
		RULE(a_cpu_that_does_not_halt_or_leave_is_an_error),
		RULE(a_cpu_that_comes_back_is_as_good_as_new),
		RULE(work_that_is_lost_is_named),
		RULE(a_machine_that_stays_on_cannot_be_powered_off),
		RULE(what_is_known_is_printed_as_in_the_log),
	};

	return unit_run(rules, COUNT_OF(rules));
}
