/* arch/x86_64/clock.c: the TSC rate if timers, CPUs or the polling code misbehave. */
#include "tests/unit/clock_machine.h"

static void a_step_back_by_one_does_not_count(void **state)
{
	begin();
	machine.timer[PM].steps_back = true;
	measure();
	assert_rate(2000000, "pm-timer");
}

static void an_smi_while_the_timer_is_read_does_not_count(void **state)
{
	begin();
	machine.timer[PM].gap_every = machine.timer[PIT].gap_every = 5;
	measure();
	assert_rate(2000000, "pm-timer");
}

static void a_port_that_is_no_timer_is_given_up_for_the_pit(void **state)
{
	begin();
	machine.pm_is_random = true;
	measure();
	assert_rate(2000000, "pit");
	report_clock();
	assert_string_equal(logged, "boot: warning: time-stamp counter: cannot measure it by "
	                            "pm-timer: its readings disagree\n");
}

static void a_rate_that_no_cpu_has_is_refused(void **state)
{
	begin();
	machine.timer[PM].percent = 100 * 2000000; /* so fast that the TSC seems to stand still */
	measure();
	assert_rate(2000000, "pit");
}

static void a_timer_that_two_others_contradict_loses(void **state)
{
	begin();
	machine.timer[PM].percent = 20;
	machine.leaves = 0x16;
	machine.base.eax = 2000;
	measure();
	assert_rate(2000000, "pit");
	assert_string_equal(arch_clock_check(), "cpuid");
	report_clock();
	assert_non_null(strstr(logged, "kHz by pit, but 1666"));
	assert_non_null(strstr(logged, "kHz by pm-timer\n"));
}

static void cpuid_alone_does_not_overrule_two_timers(void **state)
{
	begin();
	machine.leaves = 0x16;
	machine.base.eax = 3400;
	measure();
	assert_rate(2000000, "pm-timer");
	assert_string_equal(arch_clock_check(), "pit");
	report_clock();
	assert_string_equal(logged, "");
}

static void nor_does_the_hypervisor_alone(void **state)
{
	begin();
	machine.hypervisor_leaves = 0x40000010;
	machine.hypervisor.eax = 3400000;
	measure();
	assert_rate(2000000, "pm-timer");
	assert_string_equal(arch_clock_check(), "pit");
	report_clock();
	assert_string_equal(logged, "");
}

static void each_timer_that_two_others_contradict_is_named(void **state)
{
	begin();
	machine.timer[PIT].percent = 20;
	machine.has_hpet = true;
	machine.hpet[HPET_PERIOD] = 100000000;
	measure();
	assert_rate(2000000, "pm-timer");
	assert_string_equal(arch_clock_check(), "hpet");
	report_clock();
	assert_non_null(strstr(logged, "kHz by pit\n"));
}

static void what_cpuid_or_the_hypervisor_confirms_needs_no_second_timer(void **state)
{
	begin();
	machine.leaves = 0x16;
	machine.base.eax = 2000;
	assert_in_range(measure(), 10000, 14000);
	assert_string_equal(arch_clock_check(), "cpuid");
}

static void a_hypervisor_may_confirm_the_rate(void **state)
{
	begin();
	machine.hypervisor_leaves = 0x40000010;
	machine.hypervisor.eax = 2000123;
	assert_in_range(measure(), 10000, 14000);
	assert_rate(2000000, "pm-timer");
	assert_string_equal(arch_clock_check(), "hypervisor");
}

static void without_the_others_the_hpet_is_started_asked_and_stopped_again(void **state)
{
	begin();
	machine.timer[PM].stands = machine.timer[PIT].stands = machine.has_hpet = true;
	machine.hpet[HPET_PERIOD] = 100000000;
	machine.hpet[HPET_CONFIGURATION] = 2; /* it replaces the PIT's interrupts */
	measure();
	assert_rate(2000000, "hpet");
	assert_int_equal(machine.hpet[HPET_CONFIGURATION], 2);
	assert_int_equal(machine.timer[HPET].looks > 4, true);
}

static void measure_with_period(uint32_t period)
{
	begin();
	machine.timer[PM].stands = machine.timer[PIT].stands = machine.has_hpet = true;
	machine.hpet[HPET_PERIOD] = period;
	measure();
	assert_string_equal(arch_clock_source(), "unknown");
	report_clock();
	assert_null(strstr(logged, "hpet"));
}

static void an_hpet_without_a_period_is_none(void **state)
{
	measure_with_period(0);
}

static void an_hpet_with_too_long_a_period_is_none(void **state)
{
	measure_with_period(100000001);
}

/* The PIT passes 0 after 55 ms, and then seems to have counted little. */
static void long_pauses_between_polls_do_not_make_the_pit_wrap(void **state)
{
	begin();
	fadt.pm_timer_port = 0;
	arch_clock_start(&fadt, find_hpet);
	for (unsigned i = 0; !arch_clock_ready(); i++) {
		assert_true(i < 1000);
		machine.ns += i < 8 ? 60000000 : 20000;
		arch_clock_poll();
	}
	assert_in_range(arch_clock_khz(), 1600000, 2400000);
	measure_on();
	assert_rate(2000000, "pit");
}

static void a_machine_that_was_paused_keeps_its_timer(void **state)
{
	begin();
	arch_clock_start(&fadt, find_hpet);
	machine.ns += 3000000000;
	arch_clock_poll();
	machine.ns += 3000000000;
	measure_on();
	assert_rate(2000000, "pm-timer");
}

static void only_one_cpu_measures(void **state)
{
	begin();
	arch_clock_start(&fadt, find_hpet);
	this_cpu.found.index = 1;
	for (unsigned i = 0; i < 100000; i++)
		arch_clock_poll();
	assert_false(arch_clock_ready());
	this_cpu.found.index = 0;
	measure_on();
	assert_rate(2000000, "pm-timer");
}

static void a_cpu_that_takes_over_measures_by_its_own_counter(void **state)
{
	begin();
	machine.ns = 1000000000;
	arch_clock_start(&fadt, find_hpet);
	while (!arch_clock_ready())
		arch_clock_poll();
	this_cpu.found.index = 1;
	machine.behind = 1500000000;
	arch_clock_take_over();
	measure_on();
	assert_rate(2000000, "pm-timer");
}

/* Returns the source after so many readings, each of which is before the last. */
static const char *source_after(unsigned disagreements)
{
	begin();
	machine.tsc_khz = 50000;
	machine.ns = 1000000000000;
	arch_clock_start(&fadt, find_hpet);
	for (unsigned i = 0; i < disagreements; i++) {
		machine.behind += 1000000000;
		arch_clock_poll();
	}
	measure_on();
	assert_rate(50000, arch_clock_source());
	return arch_clock_source();
}

static void fifteen_readings_that_disagree_are_forgiven(void **state)
{
	assert_string_equal(source_after(15), "pm-timer");
}

static void sixteen_are_too_many(void **state)
{
	assert_string_equal(source_after(16), "pit");
}

/* Half of the stretch by one counter and half by another would be wrong by as much as they differ.
 */
static void a_takeover_begins_the_stretch_anew(void **state)
{
	begin();
	arch_clock_start(&fadt, find_hpet);
	while (!arch_clock_ready())
		arch_clock_poll();
	for (uint64_t from = machine.ns; machine.ns - from < 7000000;)
		arch_clock_poll();
	this_cpu.found.index = 1;
	machine.behind = 200000; /* 0.1 ms of 10 */
	arch_clock_take_over();
	measure_on();
	assert_in_range(arch_clock_khz(), 1996000, 2004000);
}

static void a_negative_difference_is_no_time_at_all(void **state)
{
	begin();
	measure();
	assert_int_equal(arch_ticks_to_us((uint64_t)-1), 0);
	assert_int_equal(arch_ticks_to_us(1ull << 63), 0);
	assert_false(timeout_passed(arch_ticks() + 1000000000, 1));
	assert_true(arch_ticks_to_us((1ull << 63) - 1) > (1ull << 60) / arch_clock_khz());
}

static void an_unknown_rate_is_said(void **state)
{
	begin();
	machine.timer[PM].stands = machine.timer[PIT].stands = true;
	measure();
	report_clock();
	assert_non_null(strstr(logged, "pm-timer: it stands still\n"));
	assert_non_null(strstr(logged, "pit: it stands still\n"));
	assert_non_null(strstr(logged, "rate is unknown"));
	logged[0] = '\0';
	report_clock();
	assert_string_equal(logged, "");
}

static void what_is_above_a_timers_bits_does_not_move_it(void **state)
{
	begin();
	machine.timer[PM].stands = machine.pm_high = true;
	measure();
	assert_rate(2000000, "pit");
	report_clock();
	assert_string_equal(logged, "boot: warning: time-stamp counter: cannot measure it by "
	                            "pm-timer: it stands still\n");
}

/* A panic may come before the tables are read that name an HPET. */
static void without_tables_there_is_no_hpet(void **state)
{
	begin();
	machine.timer[PM].stands = machine.timer[PIT].stands = machine.has_hpet = true;
	machine.hpet[HPET_PERIOD] = 100000000;
	arch_clock_start(&fadt, NULL);
	measure_on();
	assert_string_equal(arch_clock_source(), "unknown");
}

static void a_panic_may_come_before_the_clock_starts(void **state)
{
	begin();
	arch_clock_take_over();
	measure_on();
	assert_string_equal(arch_clock_source(), "unknown");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_step_back_by_one_does_not_count),
		cmocka_unit_test(an_smi_while_the_timer_is_read_does_not_count),
		cmocka_unit_test(a_port_that_is_no_timer_is_given_up_for_the_pit),
		cmocka_unit_test(a_rate_that_no_cpu_has_is_refused),
		cmocka_unit_test(a_timer_that_two_others_contradict_loses),
		cmocka_unit_test(cpuid_alone_does_not_overrule_two_timers),
		cmocka_unit_test(nor_does_the_hypervisor_alone),
		cmocka_unit_test(each_timer_that_two_others_contradict_is_named),
		cmocka_unit_test(what_cpuid_or_the_hypervisor_confirms_needs_no_second_timer),
		cmocka_unit_test(a_hypervisor_may_confirm_the_rate),
		cmocka_unit_test(without_the_others_the_hpet_is_started_asked_and_stopped_again),
		cmocka_unit_test(an_hpet_without_a_period_is_none),
		cmocka_unit_test(an_hpet_with_too_long_a_period_is_none),
		cmocka_unit_test(long_pauses_between_polls_do_not_make_the_pit_wrap),
		cmocka_unit_test(a_machine_that_was_paused_keeps_its_timer),
		cmocka_unit_test(only_one_cpu_measures),
		cmocka_unit_test(a_cpu_that_takes_over_measures_by_its_own_counter),
		cmocka_unit_test(fifteen_readings_that_disagree_are_forgiven),
		cmocka_unit_test(sixteen_are_too_many),
		cmocka_unit_test(a_takeover_begins_the_stretch_anew),
		cmocka_unit_test(a_negative_difference_is_no_time_at_all),
		cmocka_unit_test(an_unknown_rate_is_said),
		cmocka_unit_test(what_is_above_a_timers_bits_does_not_move_it),
		cmocka_unit_test(without_tables_there_is_no_hpet),
		cmocka_unit_test(a_panic_may_come_before_the_clock_starts),
	};

	return unit_run(rules, COUNT_OF(rules));
}
