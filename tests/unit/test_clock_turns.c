/* arch/x86_64/clock.c: when each timer begins and ends, and whose rate is in use meanwhile. */
#include "tests/unit/clock_machine.h"

/* A later timer only confirms the rate; what is printed meanwhile has one source. */
static void the_first_timers_rate_is_in_use_until_the_choice(void **state)
{
	uint64_t coarse_khz;

	begin();
	arch_clock_start(&fadt, find_hpet);
	assert_string_equal(arch_clock_check(), "none");
	while (!arch_clock_ready())
		arch_clock_poll();
	coarse_khz = arch_clock_khz();
	while (!arch_clock_final()) {
		assert_string_equal(arch_clock_source(), "pm-timer");
		assert_string_equal(arch_clock_check(), "none");
		arch_clock_poll();
	}
	assert_int_not_equal(arch_clock_khz(), coarse_khz);
}

/* The stretch before the wrap does not count: 0.5 ms are enough for a rate, as at the start. */
static void a_pit_that_wrapped_is_measured_from_its_new_start(void **state)
{
	uint64_t from_ns;

	begin();
	fadt.pm_timer_port = 0;
	arch_clock_start(&fadt, find_hpet);
	machine.ns += 60000000;
	arch_clock_poll();
	from_ns = machine.ns;
	while (!arch_clock_ready())
		arch_clock_poll();
	assert_in_range(machine.ns - from_ns, 500000, 1000000);
}

static void the_rate_is_final_as_soon_as_the_last_timer_has_ended(void **state)
{
	bool counts = true;

	begin();
	machine.timer[PIT].stands = machine.has_hpet = true;
	machine.hpet[HPET_PERIOD] = 100000000;
	arch_clock_start(&fadt, find_hpet);
	while (machine.timer[HPET].looks == 0)
		arch_clock_poll();
	for (unsigned i = 0; counts && i < 1000000; i++) {
		assert_false(arch_clock_final());
		arch_clock_poll();
		counts = machine.hpet[HPET_CONFIGURATION] & 1;
	}
	assert_false(counts);
	assert_true(arch_clock_final());
}

static void a_timer_that_stands_still_is_given_up_after_17_looks(void **state)
{
	begin();
	machine.timer[PM].stands = true;
	arch_clock_start(&fadt, find_hpet);
	for (unsigned i = 1; i <= 17; i++) {
		assert_false(pit_counts());
		machine.ns += 3000000;
		arch_clock_poll();
	}
	assert_true(pit_counts());
}

/* 4,096 times too fast: the TSC would have less than 500 kHz. */
static void a_rate_that_no_cpu_has_is_never_in_use(void **state)
{
	begin();
	machine.timer[PM].percent = 409600;
	arch_clock_start(&fadt, find_hpet);
	while (!arch_clock_ready())
		arch_clock_poll();
	assert_in_range(arch_clock_khz(), 1500000, 2500000);
	measure_on();
	assert_rate(2000000, "pit");
	report_clock();
	assert_string_equal(logged, "boot: warning: time-stamp counter: cannot measure it by "
	                            "pm-timer: it gives a rate that no CPU has\n");
}

/* Returns the source after so many readings, each of which is far before the last. */
static const char *source_after(unsigned disagreements)
{
	begin();
	arch_clock_start(&fadt, find_hpet);
	for (unsigned i = 0; i < disagreements; i++) {
		machine.ns += 100000;
		machine.pm_start -= 0x400000;
		arch_clock_poll();
	}
	measure_on();
	assert_rate(2000000, arch_clock_source());
	return arch_clock_source();
}

static void fifteen_steps_back_are_forgiven(void **state)
{
	assert_string_equal(source_after(15), "pm-timer");
}

static void sixteen_steps_back_are_too_many(void **state)
{
	assert_string_equal(source_after(16), "pit");
}

static void each_timer_is_blamed_for_what_it_did_itself(void **state)
{
	begin();
	machine.pm_is_random = machine.timer[PIT].stands = true;
	measure();
	report_clock();
	assert_non_null(strstr(logged, "pm-timer: its readings disagree\n"));
	assert_non_null(strstr(logged, "pit: it stands still\n"));
}

/* 1 tick per ns; a quarter of the stretch is longer. */
static void a_timer_is_read_again_after_2_to_the_22_ticks_at_the_latest(void **state)
{
	uint64_t looks;

	begin();
	machine.tsc_khz = 1000000;
	arch_clock_start(&fadt, find_hpet);
	machine.ns += 20000000;
	arch_clock_poll();
	looks = machine.timer[PM].looks;
	machine.ns += (1 << 22) - 1 - machine.step_ns;
	arch_clock_poll();
	assert_int_equal(machine.timer[PM].looks, looks);
	machine.ns += 1 - machine.step_ns;
	arch_clock_poll();
	assert_int_equal(machine.timer[PM].looks, looks + 1);
}

static void cpuid_may_contradict_only_a_rate_that_nothing_confirms(void **state)
{
	char expected[160];

	begin();
	machine.timer[PIT].stands = true;
	machine.leaves = 0x16;
	machine.base.eax = 3400;
	measure();
	assert_rate(2000000, "pm-timer");
	report_clock();
	snprintf(expected, sizeof(expected),
	         "boot: warning: time-stamp counter: %lu kHz by pm-timer, but 3400000 kHz by "
	         "cpuid\n",
	         arch_clock_khz());
	assert_string_equal(logged, expected);
}

static void cpuid_does_not_contradict_a_rate_that_the_hypervisor_confirms(void **state)
{
	begin();
	machine.timer[PIT].stands = true;
	machine.leaves = 0x16;
	machine.base.eax = 3400;
	machine.hypervisor_leaves = 0x40000010;
	machine.hypervisor.eax = 2000123;
	measure();
	assert_string_equal(arch_clock_check(), "hypervisor");
	report_clock();
	assert_string_equal(logged, "");
}

/* Its coarse rate is better than none. */
static void a_timer_that_stopped_is_not_blamed_if_its_rate_is_in_use(void **state)
{
	begin();
	machine.timer[PM].stops_ns = machine.timer[PIT].stops_ns = 2000000;
	measure();
	assert_string_equal(arch_clock_source(), "pm-timer");
	report_clock();
	assert_string_equal(logged, "");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_first_timers_rate_is_in_use_until_the_choice),
		cmocka_unit_test(a_pit_that_wrapped_is_measured_from_its_new_start),
		cmocka_unit_test(the_rate_is_final_as_soon_as_the_last_timer_has_ended),
		cmocka_unit_test(a_timer_that_stands_still_is_given_up_after_17_looks),
		cmocka_unit_test(a_rate_that_no_cpu_has_is_never_in_use),
		cmocka_unit_test(fifteen_steps_back_are_forgiven),
		cmocka_unit_test(sixteen_steps_back_are_too_many),
		cmocka_unit_test(each_timer_is_blamed_for_what_it_did_itself),
		cmocka_unit_test(a_timer_is_read_again_after_2_to_the_22_ticks_at_the_latest),
		cmocka_unit_test(cpuid_may_contradict_only_a_rate_that_nothing_confirms),
		cmocka_unit_test(cpuid_does_not_contradict_a_rate_that_the_hypervisor_confirms),
		cmocka_unit_test(a_timer_that_stopped_is_not_blamed_if_its_rate_is_in_use),
	};

	return unit_run(rules, COUNT_OF(rules));
}
