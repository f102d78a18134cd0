/*
 * arch/x86_64/smp.c and stop.c: starting the APs, giving them work, giving them up, stopping them.
 */
#include "tests/unit/ap_machine.h"

static void assert_given_up(uint32_t index, enum reason reason, enum cpu_step last_step)
{
	assert_int_equal(records[index].progress.failure, reason);
	assert_int_equal(records[index].progress.last_step, last_step);
}

static void each_ap_starts_by_one_init_and_one_sipi(void **state)
{
	start_all();
	for (uint32_t i = 1; i < CPUS; i++) {
		assert_int_equal(records[i].progress.failure, REASON_NONE);
		assert_int_equal(aps[i].inits, 1);
		assert_int_equal(aps[i].startups, 1);
	}
	assert_int_equal(aps[0].inits + aps[0].startups, 0);
	assert_non_null(strstr(lines->at, "INIT sent to the other CPUs: 3\n"));
}

static void each_sipi_follows_its_init_directly(void **state)
{
	start_all();
	assert_string_equal(ipis, "I1S1I2S2I3S3");
}

static void cpus_that_need_a_wait_get_sipi_10_ms_after_init(void **state)
{
	signature = 0xF29; /* family 15, model 2 */
	start_all();
	assert_string_equal(ipis, "I1I2I3S1S2S3");
	assert_in_range(startup_us - init_us, 10000, 10100);
	assert_int_equal(records[3].progress.failure, REASON_NONE);
}

static void an_ap_goes_offline_without_init(void **state)
{
	start_all();
	assert_true(arch_smp_offline(&records[1]));
	assert_int_equal(aps[1].inits, 1);
	assert_int_equal(records[1].progress.failure, REASON_NONE);
	aps[2].ignores_nmi = true;
	assert_false(arch_smp_offline(&records[2]));
	assert_given_up(2, REASON_AP_TIMEOUT, CPU_DONE);
}

static void cr0_of_the_first_start_is_recorded(void **state)
{
	start_all();
	arch_smp_start(&cpus);
	assert_int_equal(aps[1].startups, 2);
	assert_int_equal(records[1].inherited.cr0, AP_CR0);
}

static void an_ap_out_of_reach_is_neither_sent_init_nor_counted(void **state)
{
	records[2].found.apic_id = UNREACHABLE_ID;
	start_all();
	assert_int_equal(aps[2].inits, 0);
	assert_given_up(2, REASON_AP_UNREACHABLE, CPU_SILENT);
	assert_int_equal(records[3].progress.failure, REASON_NONE);
	assert_non_null(strstr(lines->at, "INIT sent to the other CPUs: 2\n"));
	assert_false(arch_smp_online(&records[2]));
	assert_given_up(2, REASON_AP_UNREACHABLE, CPU_SILENT);
}

static void an_ap_that_fails_is_given_up_where_it_hangs(void **state)
{
	aps[1].silent = true;
	aps[2].hangs = CPU_EVIDENCE;
	aps[3].hangs = CPU_VMXON;
	start_all();
	assert_given_up(1, REASON_AP_TIMEOUT, CPU_SILENT);
	assert_given_up(2, REASON_AP_TIMEOUT, CPU_EVIDENCE);
	assert_given_up(3, REASON_AP_TIMEOUT, CPU_VMXON);
	assert_int_equal(aps[1].startups, 9); /* after 0, 0.2, 2, 10, 100 and every 400 ms */
	assert_int_equal(aps[2].startups, 1);
}

static void an_ap_that_makes_progress_is_waited_for(void **state)
{
	aps[3].hangs = CPU_VMXON;
	steps = 500000;
	start_all();
	assert_given_up(3, REASON_AP_TIMEOUT, CPU_VMXON);
	assert_true(now_us > 7000000); /* steps for 5 s, and 2 s without any */
}

static void without_memory_no_ap_is_started_or_used(void **state)
{
	memory_is_short = true;
	start_all();
	arch_smp_start(&cpus);
	assert_int_equal(arch_smp_run(&cpus, count_work, "working"), 0);
	assert_int_equal(aps[0].works, 1);
	for (uint32_t i = 1; i < CPUS; i++) {
		assert_int_equal(aps[i].inits + aps[i].startups + aps[i].works, 0);
		assert_false(arch_smp_offline(&records[i]));
		assert_false(arch_smp_online(&records[i]));
		assert_false(arch_smp_nmi(&records[i]));
	}
}

static void work_runs_once_on_each_listed_cpu(void **state)
{
	struct cpu_list two = {pointers + 2, 2};
	uint64_t before;

	start_all();
	before = now_us;
	assert_int_equal(arch_smp_run(&cpus, count_work, "working"), 0);
	assert_int_equal(arch_smp_run(&two, count_work, "working"), 0);
	assert_true(now_us - before < 1000);
	assert_int_equal(aps[0].works, 1);
	assert_int_equal(aps[1].works, 1);
	assert_int_equal(aps[2].works, 2);
	assert_int_equal(aps[3].works, 2);
}

static void a_cpu_that_hangs_in_its_work_is_given_up_and_gets_no_more(void **state)
{
	start_all();
	aps[1].hangs_in_work = true;
	assert_int_equal(arch_smp_run(&cpus, count_work, "working"), 1);
	assert_given_up(1, REASON_AP_TIMEOUT, CPU_DONE);
	assert_string_equal(records[1].progress.task, "working");
	assert_int_equal(arch_smp_run(&cpus, count_work, "working"), 0);
	assert_int_equal(aps[1].works, 1);
	assert_int_equal(aps[2].works, 2);
}

/* Until then its record may still change. */
static void a_cpu_that_was_given_up_gets_100_ms_to_take_its_nmi(void **state)
{
	uint64_t began, took[2];

	for (unsigned ignores = 0; ignores < 2; ignores++) {
		start_all();
		aps[1].hangs_in_work = true;
		aps[1].ignores_nmi = ignores;
		began = now_us;
		assert_int_equal(arch_smp_run(&cpus, count_work, "working"), 1);
		took[ignores] = now_us - began;
		aps[1].hangs_in_work = false;
	}
	assert_in_range(took[1] - took[0], 100000, 110000);
}

static void a_cpu_that_makes_progress_in_its_work_is_waited_for(void **state)
{
	start_all();
	aps[1].hangs_in_work = true;
	steps = 1000;
	now_us = 0;
	assert_int_equal(arch_smp_run(&cpus, count_work, "working"), 1);
	assert_in_range(now_us, 3010000, 3200000);
}

static void an_ap_goes_offline_outside_vmx_operation_and_online_again(void **state)
{
	start_all();
	assert_false(arch_smp_offline(&records[0]));
	records[1].outcome.in_root_operation = true;
	assert_false(arch_smp_offline(&records[1]));
	records[1].outcome.in_root_operation = false;
	assert_true(arch_smp_offline(&records[1]));
	assert_int_equal(arch_smp_run(&cpus, count_work, "working"), 0);
	assert_int_equal(aps[1].works, 0);
	assert_true(arch_smp_online(&records[1]));
	assert_false(arch_smp_online(&records[1]));
	assert_int_equal(arch_smp_run(&cpus, count_work, "working"), 0);
	assert_int_equal(aps[1].works, 1);
}

static void a_cpu_that_ignored_its_nmi_keeps_its_record_when_another_starts(void **state)
{
	start_all();
	aps[1].hangs_in_work = aps[1].ignores_nmi = true;
	arch_smp_run(&cpus, count_work, "working");
	assert_true(arch_smp_offline(&records[2]));
	assert_true(arch_smp_online(&records[2]));
	assert_given_up(1, REASON_AP_TIMEOUT, CPU_DONE);
	assert_string_equal(records[1].progress.task, "working");
}

static void an_nmi_counts_only_if_a_running_cpu_takes_it(void **state)
{
	aps[2].ignores_nmi = true;
	aps[3].silent = true;
	start_all();
	assert_true(arch_smp_nmi(&records[1]));
	assert_false(arch_smp_nmi(&records[2]));
	assert_false(arch_smp_nmi(&records[3]));
	assert_int_equal(records[1].progress.failure, REASON_NONE);
}

static void a_panic_stops_every_other_cpu(void **state)
{
	start_all();
	aps[2].ignores_nmi = true;
	this_cpu = &records[1];
	arch_stop_everyone(&cpus);
	assert_int_equal(progress[0], STOPPED);
	assert_int_equal(progress[1], CPU_DONE);
	assert_int_equal(progress[2], STOP_WANTED);
	assert_int_equal(progress[3], STOPPED);
}

static void before_there_are_aps_a_panic_stops_nobody(void **state)
{
	const struct cpu_list none = {NULL, 0};

	arch_stop_everyone(&none);
	arch_stop_everyone(&cpus);
	assert_int_equal(progress[1], CPU_SILENT);
}

static void an_ap_that_does_not_come_online_again_is_given_up(void **state)
{
	start_all();
	assert_true(arch_smp_offline(&records[1]));
	aps[1].silent = true;
	assert_false(arch_smp_online(&records[1]));
	assert_given_up(1, REASON_AP_TIMEOUT, CPU_SILENT);
}

/* 10 ms are what cpus_that_need_a_wait_get_sipi_10_ms_after_init() is about. */
static void without_a_wait_for_sipi_no_time_is_lost(void **state)
{
	start_all();
	assert_true(now_us - init_us < 10000);
}

/* A CPU in a long instruction or in SMM takes its NMI late; one that hangs never does. */
static void a_panic_waits_100_ms_for_a_cpu_that_takes_no_nmi(void **state)
{
	uint64_t before;

	start_all();
	aps[2].ignores_nmi = true;
	before = now_us;
	arch_stop_everyone(&cpus);
	assert_in_range(now_us - before, 100000, 110000);
}

static void a_cpu_that_is_not_to_stop_goes_on_after_a_hold(void **state)
{
	start_all();
	this_cpu = &records[1];
	arch_hold_stop();
	arch_release_stop();
	assert_int_equal(progress[1], CPU_DONE);
	assert_false(stop_if_wanted());
}

/* A byte that is on its way to a UART is sent, and no more. */
static void a_stop_waits_until_a_hold_ends(void **state)
{
	start_all();
	this_cpu = &records[1];
	arch_hold_stop();
	progress[1] = STOP_WANTED;
	assert_true(stop_if_wanted());
	assert_int_equal(progress[1], STOP_WANTED);
}

static void a_stop_that_waited_comes_when_the_hold_ends(void **state)
{
	start_all();
	this_cpu = &records[1];
	arch_hold_stop();
	progress[1] = STOP_WANTED;
	if (setjmp(bsp_continues) == 0) {
		arch_release_stop();
		fail();
	}
	assert_int_equal(progress[1], STOPPED);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test_setup(each_ap_starts_by_one_init_and_one_sipi, ap_machine_begin),
		cmocka_unit_test_setup(cr0_of_the_first_start_is_recorded, ap_machine_begin),
		cmocka_unit_test_setup(each_sipi_follows_its_init_directly, ap_machine_begin),
		cmocka_unit_test_setup(cpus_that_need_a_wait_get_sipi_10_ms_after_init,
	                               ap_machine_begin),
		cmocka_unit_test_setup(an_ap_goes_offline_without_init, ap_machine_begin),
		cmocka_unit_test_setup(an_ap_out_of_reach_is_neither_sent_init_nor_counted,
	                               ap_machine_begin),
		cmocka_unit_test_setup(an_ap_that_fails_is_given_up_where_it_hangs,
	                               ap_machine_begin),
		cmocka_unit_test_setup(an_ap_that_makes_progress_is_waited_for, ap_machine_begin),
		cmocka_unit_test_setup(without_memory_no_ap_is_started_or_used, ap_machine_begin),
		cmocka_unit_test_setup(work_runs_once_on_each_listed_cpu, ap_machine_begin),
		cmocka_unit_test_setup(a_cpu_that_hangs_in_its_work_is_given_up_and_gets_no_more,
	                               ap_machine_begin),
		cmocka_unit_test_setup(a_cpu_that_was_given_up_gets_100_ms_to_take_its_nmi,
	                               ap_machine_begin),
		cmocka_unit_test_setup(a_cpu_that_makes_progress_in_its_work_is_waited_for,
	                               ap_machine_begin),
		cmocka_unit_test_setup(an_ap_goes_offline_outside_vmx_operation_and_online_again,
	                               ap_machine_begin),
		cmocka_unit_test_setup(
			a_cpu_that_ignored_its_nmi_keeps_its_record_when_another_starts,
			ap_machine_begin),
		cmocka_unit_test_setup(an_nmi_counts_only_if_a_running_cpu_takes_it,
	                               ap_machine_begin),
		cmocka_unit_test_setup(a_panic_stops_every_other_cpu, ap_machine_begin),
		cmocka_unit_test_setup(before_there_are_aps_a_panic_stops_nobody, ap_machine_begin),
		cmocka_unit_test_setup(an_ap_that_does_not_come_online_again_is_given_up,
	                               ap_machine_begin),
		cmocka_unit_test_setup(without_a_wait_for_sipi_no_time_is_lost, ap_machine_begin),
		cmocka_unit_test_setup(a_panic_waits_100_ms_for_a_cpu_that_takes_no_nmi,
	                               ap_machine_begin),
		cmocka_unit_test_setup(a_cpu_that_is_not_to_stop_goes_on_after_a_hold,
	                               ap_machine_begin),
		cmocka_unit_test_setup(a_stop_waits_until_a_hold_ends, ap_machine_begin),
		cmocka_unit_test_setup(a_stop_that_waited_comes_when_the_hold_ends,
	                               ap_machine_begin),
	};

	return unit_run(rules, COUNT_OF(rules));
}
