/* arch/x86_64/clock.c and kernel/machine/timeout.h: the TSC rate, from each of its sources. */
#include "tests/unit/clock_machine.h"

static void the_pm_timer_gives_the_rate_within_a_percent(void **state)
{
	begin();
	assert_in_range(measure(), 20000, 28000); /* and the PIT confirms it */
	assert_string_equal(arch_clock_check(), "pit");
	assert_rate(2000000, "pm-timer");
}

static void slow_emulators_and_fast_cpus_are_measured_as_well(void **state)
{
	begin();
	machine.tsc_khz = 50000;
	measure();
	assert_rate(50000, "pm-timer");
}

static void a_pm_timer_that_wraps_at_24_bits_is_no_jump(void **state)
{
	begin();
	machine.pm_start = 0xFFFFF0;
	measure();
	assert_rate(2000000, "pm-timer");
}

static void what_a_pm_timer_has_above_24_bits_does_not_count(void **state)
{
	begin();
	machine.pm_high = true;
	measure();
	assert_rate(2000000, "pm-timer");
}

static void without_a_pm_timer_the_pit_is_asked(void **state)
{
	begin();
	fadt.pm_timer_port = 0;
	measure();
	assert_rate(2000000, "pit");
}

static void the_pit_counts_without_a_sound_and_nothing_else_changes(void **state)
{
	begin();
	fadt.pm_timer_port = 0;
	machine.port_b = 0xFE; /* bits 7:4 are read-only */
	measure();
	assert_int_equal(machine.port_b, 0x0D);
}

static void a_pm_timer_that_stands_still_is_given_up_for_the_pit(void **state)
{
	begin();
	machine.timer[PM].stands = true;
	assert_in_range(measure(), 10000, 100000);
	assert_rate(2000000, "pit");
}

static void a_timer_that_stops_halfway_makes_no_wait_endless(void **state)
{
	uint64_t since;

	begin();
	machine.timer[PM].stops_ns = machine.timer[PIT].stops_ns = 2000000;
	measure();
	assert_string_equal(arch_clock_source(), "pm-timer");
	assert_in_range(arch_clock_khz(), 2000000, 2700000);
	since = arch_ticks();
	for (unsigned i = 0; !timeout_passed(since, 5000); i++)
		assert_true(i < 7000);
}

static void a_timer_that_stops_halfway_leaves_it_to_the_next(void **state)
{
	begin();
	machine.timer[PM].stops_ns = 2000000;
	measure();
	assert_rate(2000000, "pit");
}

static void where_no_timer_runs_cpuid_is_believed(void **state)
{
	begin();
	machine.timer[PM].stands = machine.timer[PIT].stands = true;
	machine.leaves = 0x16;
	machine.base.eax = 0xABCD0000 | 2901; /* bits 31:16 are reserved */
	measure();
	assert_rate(2901000, "cpuid");
}

static void cpuid_without_leaf_16_may_have_leaf_15(void **state)
{
	begin();
	machine.timer[PM].stands = machine.timer[PIT].stands = true;
	machine.leaves = 0x15;
	machine.ratio = (struct cpuid){1, 100, 25000000, 0};
	machine.base.eax = 2900;
	measure();
	assert_rate(2500000, "cpuid");
}

static void cpuids_crystal_ratio_goes_before_its_base_frequency(void **state)
{
	begin();
	machine.timer[PM].stands = machine.timer[PIT].stands = true;
	machine.leaves = 0x16;
	machine.base.eax = 2900;
	machine.ratio = (struct cpuid){2, 216, 24000000, 0};
	measure();
	assert_rate(2592000, "cpuid");
}

static void a_ratio_without_a_crystal_frequency_does_not_count(void **state)
{
	begin();
	machine.timer[PM].stands = machine.timer[PIT].stands = true;
	machine.leaves = 0x16;
	machine.base.eax = 2900;
	machine.ratio = (struct cpuid){2, 216, 0, 0};
	measure();
	assert_rate(2900000, "cpuid");
}

static void where_nothing_is_known_no_wait_becomes_too_short(void **state)
{
	begin();
	machine.timer[PM].stands = machine.timer[PIT].stands = true;
	assert_in_range(measure(), 10000, 200000);
	assert_string_equal(arch_clock_source(), "unknown");
	assert_true(arch_clock_khz() >= 4000000);
}

static void the_clock_is_ready_before_it_is_final(void **state)
{
	uint64_t ready_ns = 0;

	begin();
	arch_clock_start(&fadt, find_hpet);
	assert_false(arch_clock_ready());
	while (!arch_clock_final()) {
		arch_clock_poll();
		if (ready_ns == 0 && arch_clock_ready())
			ready_ns = machine.ns;
	}
	assert_in_range(ready_ns, 500000, 2000000);
	assert_true(machine.ns > ready_ns);
}

static void a_final_rate_does_not_change_any_more(void **state)
{
	uint64_t khz;

	begin();
	measure();
	khz = arch_clock_khz();
	machine.tsc_khz = 1000000;
	for (unsigned i = 0; i < 100000; i++)
		arch_clock_poll();
	assert_int_equal(arch_clock_khz(), khz);
}

static void a_clock_that_was_never_started_is_ready_when_somebody_waits(void **state)
{
	begin();
	arch_clock_poll();
	assert_true(arch_clock_ready());
	assert_true(arch_clock_final());
}

static void a_wait_passes_after_its_time_and_not_before(void **state)
{
	uint64_t since, began;

	begin();
	measure();
	since = arch_ticks();
	began = machine.ns;
	while (!timeout_passed(since, 5000))
		continue;
	assert_in_range(machine.ns - began, 4950000, 5100000);
}

static void ticks_count_from_the_kernels_entry(void **state)
{
	begin();
	measure();
	boot_ticks = 123;
	assert_int_equal(arch_entry_ticks(), 123);
	assert_int_equal(arch_ticks_to_us(arch_clock_khz()), 1000);
	assert_int_equal(arch_ticks_to_us(0), 0);
}

static void a_leaf_of_cpuid_counts_only_if_it_exists_and_is_complete(void **state)
{
	static const struct {
		uint32_t leaves;
		struct cpuid ratio;
		uint32_t base;
		uint64_t khz;
	} cases[] = {
		{0x14, {2, 216, 24000000, 0}, 2900, 0},
		{0x15, {2, 216, 24000000, 0}, 2900, 2592000},
		{0x15, {2, 216, 24001, 0}, 0, 2592},
		{0x15, {0, 216, 24000000, 0}, 2900, 0},
		{0x15, {2, 0, 24000000, 0}, 2900, 0},
		{0x15, {2, 216, 0, 0}, 2900, 0},
		{0x16, {0, 216, 24000000, 0}, 2900, 2900000},
		{0x16, {2, 0, 24000000, 0}, 2901, 2901000},
		{0x16, {1, 1, 1000, 0}, 2900, 1},
		{0x17, {0, 0, 0, 0}, 0xFFFFFFFF, 65535000}, /* bits 31:16 are reserved */
		{0x17, {0, 0, 0, 0}, 0xABCD0001, 1000},
	};

	begin();
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		machine.leaves = cases[i].leaves;
		machine.ratio = cases[i].ratio;
		machine.base.eax = cases[i].base;
		assert_int_equal(timers_cpuid_khz(), cases[i].khz);
	}
}

static void the_leaf_of_hypervisors_counts_only_where_there_is_one_that_has_it(void **state)
{
	static const struct {
		uint32_t last;
		uint64_t khz;
	} cases[] = {
		{0, 0},          {0x4000000F, 0}, {0x40000010, 2000123}, {0x4000FFFF, 2000123},
		{0x40010000, 0},
	};

	begin();
	machine.hypervisor.eax = 2000123;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		machine.hypervisor_leaves = cases[i].last;
		assert_int_equal(timers_hypervisor_khz(), cases[i].khz);
	}
	machine.hypervisor_leaves = 0x40000010;
	machine.is_bare = true;
	assert_int_equal(timers_hypervisor_khz(), 0);
}

static void each_timer_has_the_rate_and_the_bits_of_its_standard(void **state)
{
	assert_int_equal(timers_pm.hz, 3579545);
	assert_int_equal(timers_pm.mask, 0xFFFFFF);
	assert_int_equal(timers_pit.hz, 1193182);
	assert_int_equal(timers_pit.mask, 0xFFFF);
	assert_int_equal(timers_hpet.mask, 0xFFFFFFFF);
}

/* Until the rate is known, no CPU is taken to be faster than 5 GHz. */
static void ticks_are_turned_into_microseconds_without_overflow(void **state)
{
	static const struct {
		uint64_t ticks, us;
	} cases[] = {
		{0, 0},
		{1, 0},
		{4999, 0},
		{5000, 1},
		{9999, 1},
		{(1ull << 53) - 1, ((1ull << 53) - 1) / 5000},
		{1ull << 53, (1ull << 53) / 5000000 * 1000},
		{INT64_MAX, INT64_MAX / 5000000ull * 1000},
		{1ull << 63, 0},
		{UINT64_MAX, 0},
	};

	assert_int_equal(arch_clock_khz(), 5000000);
	assert_string_equal(arch_clock_source(), "unknown");
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(arch_ticks_to_us(cases[i].ticks), cases[i].us);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_pm_timer_gives_the_rate_within_a_percent),
		cmocka_unit_test(slow_emulators_and_fast_cpus_are_measured_as_well),
		cmocka_unit_test(a_pm_timer_that_wraps_at_24_bits_is_no_jump),
		cmocka_unit_test(what_a_pm_timer_has_above_24_bits_does_not_count),
		cmocka_unit_test(without_a_pm_timer_the_pit_is_asked),
		cmocka_unit_test(the_pit_counts_without_a_sound_and_nothing_else_changes),
		cmocka_unit_test(a_pm_timer_that_stands_still_is_given_up_for_the_pit),
		cmocka_unit_test(a_timer_that_stops_halfway_makes_no_wait_endless),
		cmocka_unit_test(a_timer_that_stops_halfway_leaves_it_to_the_next),
		cmocka_unit_test(where_no_timer_runs_cpuid_is_believed),
		cmocka_unit_test(cpuid_without_leaf_16_may_have_leaf_15),
		cmocka_unit_test(cpuids_crystal_ratio_goes_before_its_base_frequency),
		cmocka_unit_test(a_ratio_without_a_crystal_frequency_does_not_count),
		cmocka_unit_test(where_nothing_is_known_no_wait_becomes_too_short),
		cmocka_unit_test(the_clock_is_ready_before_it_is_final),
		cmocka_unit_test(a_final_rate_does_not_change_any_more),
		cmocka_unit_test(a_clock_that_was_never_started_is_ready_when_somebody_waits),
		cmocka_unit_test(a_wait_passes_after_its_time_and_not_before),
		cmocka_unit_test(ticks_count_from_the_kernels_entry),
		cmocka_unit_test(a_leaf_of_cpuid_counts_only_if_it_exists_and_is_complete),
		cmocka_unit_test(
			the_leaf_of_hypervisors_counts_only_where_there_is_one_that_has_it),
		cmocka_unit_test(each_timer_has_the_rate_and_the_bits_of_its_standard),
		cmocka_unit_test(ticks_are_turned_into_microseconds_without_overflow),
	};

	return unit_run(rules, COUNT_OF(rules));
}
