/* arch/x86_64/smp.c: how long the BSP waits for the APs, and what it reports of them. */
#include "tests/unit/ap_machine.h"

/* AP 3 announces another step every 1.5 s. */
static void take_a_slow_step(void)
{
	static uint64_t last_us;
	static enum cpu_step step = CPU_EVIDENCE;

	if (now_us - last_us < 1500000 || step == CPU_DONE)
		return;
	last_us = now_us;
	this_cpu = &records[3];
	arch_smp_announce(++step);
	this_cpu = &records[0];
}

/* Polling keeps the core from its other thread: after 10 ms, the BSP dozes between polls. */
static void a_long_wait_for_work_is_dozed_through_after_10_ms(void **state)
{
	uint64_t before;

	start_all();
	aps[2].hangs_in_work = true;
	pauses = dozes = 0;
	before = now_us;
	assert_int_equal(arch_smp_run(&cpus, count_work, "working"), 1);
	assert_in_range(pauses, 500, 1000);
	assert_in_range(dozes, (now_us - before) / 200, (now_us - before) / 100);
}

/* On a host with fewer CPUs, the APs may get no time unless the BSP halts. */
static void a_long_wait_for_the_start_is_dozed_through_after_10_ms(void **state)
{
	uint64_t before;

	aps[2].hangs = CPU_EVIDENCE;
	pauses = dozes = 0;
	before = now_us;
	start_all();
	assert_in_range(pauses, 500, 1000);
	assert_in_range(dozes, (now_us - before) / 200, (now_us - before) / 100);
}

/* A slow host may have hundreds of virtual CPUs: they are given up after 2 s without progress. */
static void aps_that_make_progress_are_waited_for(void **state)
{
	aps[3].hangs = CPU_EVIDENCE;
	on_poll = take_a_slow_step;
	start_all();
	assert_true(now_us > 3000000);
	assert_int_equal(records[3].progress.failure, REASON_NONE);
}

static void cpus_that_start_unlisted_are_a_warning(void **state)
{
	start_all();
	assert_null(strstr(lines->at, "warning"));
	unlisted = 2;
	start_all();
	assert_non_null(strstr(lines->at, "warning: CPUs that started but match no listed APIC "
	                                  "ID: 2, the last with APIC ID 77\n"));
}

/* Starts all, and asserts that the warning has this number; 0: that there is none. */
static void assert_hung_early(uint32_t started_count, uint32_t unlisted_count, unsigned expected)
{
	static const char text[] = "warning: CPUs that started but hung before they read their "
				   "APIC ID: ";
	const char *warning;

	lines = unit_capture();
	started = started_count;
	unlisted = unlisted_count;
	start_all();
	warning = strstr(lines->at, text);
	assert_int_equal(warning != NULL ? strtoul(warning + strlen(text), NULL, 10) : 0, expected);
	assert_int_equal(warning != NULL, expected > 0);
	assert_int_equal(strstr(lines->at, "match no listed APIC ID") != NULL, unlisted > 0);
}

static void cpus_that_hung_before_they_said_who_they_are_are_a_warning(void **state)
{
	assert_hung_early(3, 0, 0);
	assert_hung_early(4, 0, 1);
	assert_hung_early(4, 1, 0);
	assert_hung_early(7, 1, 3);
	assert_hung_early(6, 2, 1);
	aps[1].hangs = aps[2].hangs = CPU_EVIDENCE;
	aps[3].silent = true; /* it may be the one that hung */
	assert_hung_early(2, 0, 0);
	assert_hung_early(3, 0, 1);
}

static void errors_of_the_local_apic_are_those_of_the_cpu_that_the_ipi_was_for(void **state)
{
	ipi_errors = 0x80; /* from before */
	aps[1].init_error = 0x04;
	aps[2].startup_error = 0x20;
	aps[3].silent = true;
	start_all();
	assert_int_equal(records[1].progress.apic_errors, 0x04);
	assert_int_equal(records[2].progress.apic_errors, 0x20);
	assert_int_equal(records[3].progress.apic_errors, 0);
	signature = 0xF29; /* the SIPI comes later */
	aps[3].startup_error = 0x40;
	start_all();
	assert_int_equal(records[3].progress.apic_errors, 0x40);
}

static void a_cpu_that_needs_a_wait_comes_online_by_sipi_10_ms_after_init(void **state)
{
	signature = 0xF29; /* family 15, model 2 */
	start_all();
	assert_true(arch_smp_offline(&records[1]));
	assert_true(arch_smp_online(&records[1]));
	assert_int_equal(aps[1].startups, 2);
	assert_in_range(startup_us - init_us, 10000, 10100);
}

static unsigned polls;

static void count_poll(void)
{
	polls++;
}

/* The BSP is not among them. The log goes on meanwhile. */
static void the_first_cpu_of_a_list_is_waited_for(void **state)
{
	struct cpu_list two = {pointers + 2, 2};

	start_all();
	aps[2].hangs_in_work = true;
	on_poll = count_poll;
	assert_int_equal(arch_smp_run(&two, count_work, "working"), 1);
	assert_true(polls > 1000);
	assert_int_equal(records[2].progress.failure, REASON_AP_TIMEOUT);
	assert_int_equal(records[3].progress.failure, REASON_NONE);
}

static void another_wait_leaves_the_record_of_a_cpu_that_was_given_up(void **state)
{
	start_all();
	aps[1].hangs_in_work = aps[1].ignores_nmi = true;
	assert_int_equal(arch_smp_run(&cpus, count_work, "working"), 1);
	arch_smp_wait(&cpus);
	assert_int_equal(records[1].progress.last_step, CPU_DONE);
	assert_string_equal(records[1].progress.task, "working");
}

static void a_cpu_that_hung_in_its_work_comes_online_without_it(void **state)
{
	start_all();
	aps[1].hangs_in_work = true;
	assert_int_equal(arch_smp_run(&cpus, count_work, "working"), 1);
	aps[1].hangs_in_work = false;
	assert_true(arch_smp_online(&records[1]));
	assert_int_equal(aps[1].works, 1);
	assert_int_equal(arch_smp_run(&cpus, count_work, "working"), 0);
	assert_int_equal(aps[1].works, 2);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test_setup(a_long_wait_for_the_start_is_dozed_through_after_10_ms,
	                               ap_machine_begin),
		cmocka_unit_test_setup(a_long_wait_for_work_is_dozed_through_after_10_ms,
	                               ap_machine_begin),
		cmocka_unit_test_setup(aps_that_make_progress_are_waited_for, ap_machine_begin),
		cmocka_unit_test_setup(cpus_that_start_unlisted_are_a_warning, ap_machine_begin),
		cmocka_unit_test_setup(cpus_that_hung_before_they_said_who_they_are_are_a_warning,
	                               ap_machine_begin),
		cmocka_unit_test_setup(
			errors_of_the_local_apic_are_those_of_the_cpu_that_the_ipi_was_for,
			ap_machine_begin),
		cmocka_unit_test_setup(
			a_cpu_that_needs_a_wait_comes_online_by_sipi_10_ms_after_init,
			ap_machine_begin),
		cmocka_unit_test_setup(the_first_cpu_of_a_list_is_waited_for, ap_machine_begin),
		cmocka_unit_test_setup(another_wait_leaves_the_record_of_a_cpu_that_was_given_up,
	                               ap_machine_begin),
		cmocka_unit_test_setup(a_cpu_that_hung_in_its_work_comes_online_without_it,
	                               ap_machine_begin),
	};

	return unit_run(rules, COUNT_OF(rules));
}
