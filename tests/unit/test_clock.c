/* arch/x86_64/clock.c and kernel/machine/clock.h: the counter's rate, on machines whose timers lie
 * or stop.
 */
#include "arch/x86_64/boot.h"
#include "arch/x86_64/instructions.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/clock.h"
#include "tests/unit/unit.h"

enum { PM_PORT = 0x608, PIT_DATA = 0x42, PIT_COMMAND = 0x43, PORT_B = 0x61 };

/* A machine whose time goes on by a step with each look at the counter. */
static struct {
	uint64_t ns, step_ns;
	uint64_t tsc_khz;
	bool pm_stands, pit_stands;
	uint64_t pm_stops_ns; /* 0: never */
	uint32_t pm_mask;
	uint32_t pm_start;
	uint8_t port_b; /* bit 0: the PIT's channel 2 counts, bit 1: the speaker sounds */
	unsigned pit_latched, pit_read;
	struct cpuid ratio, base;
	uint32_t leaves;
} machine;

static struct fadt fadt;

uint64_t boot_ticks;

uint64_t rdtsc(void)
{
	machine.ns += machine.step_ns;
	return machine.ns * machine.tsc_khz / 1000000;
}

struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	assert_int_equal(subleaf, 0);
	if (leaf == 0)
		return (struct cpuid){.eax = machine.leaves};
	if (leaf == 0x15)
		return machine.ratio;
	return leaf == 0x16 ? machine.base : (struct cpuid){0};
}

uint32_t in32(uint16_t port)
{
	bool stopped = machine.pm_stops_ns != 0 && machine.ns > machine.pm_stops_ns;
	uint64_t ns = stopped ? machine.pm_stops_ns : machine.ns;
	uint64_t counted = machine.pm_stands ? 0 : ns * 3579545 / 1000000000;

	assert_int_equal(port, PM_PORT);
	return (uint32_t)(machine.pm_start + counted) & machine.pm_mask;
}

uint8_t in8(uint16_t port)
{
	unsigned shift = 8 * (machine.pit_read++ & 1);

	if (port == PORT_B)
		return machine.port_b;
	assert_int_equal(port, PIT_DATA);
	return (uint8_t)(machine.pit_latched >> shift);
}

void out8(uint16_t port, uint8_t value)
{
	bool stands = machine.pit_stands || !(machine.port_b & 1);
	uint64_t counted = stands ? 0 : machine.ns * 1193182 / 1000000000;

	if (port == PORT_B)
		machine.port_b = value;
	if (port == PIT_COMMAND && value == 0x80) {
		machine.pit_latched = (unsigned)(0xFFFF - counted) & 0xFFFF;
		machine.pit_read = 0;
	}
}

/* A machine of 2 GHz with a PM timer of 24 bits. */
static void begin(void)
{
	machine.step_ns = 1000;
	machine.tsc_khz = 2000000;
	machine.pm_mask = 0xFFFFFF;
	fadt = (struct fadt){.pm_timer_port = PM_PORT};
}

/* Starts the clock and polls until the rate is final; returns the time that took, in us. */
static uint64_t measure(void)
{
	uint64_t from = machine.ns;

	arch_clock_start(&fadt);
	for (unsigned i = 0; !arch_clock_final(); i++) {
		assert_true(i < 10000000);
		arch_clock_poll();
	}
	return (machine.ns - from) / 1000;
}

static void assert_rate(uint64_t khz, const char *source)
{
	assert_string_equal(arch_clock_source(), source);
	assert_in_range(arch_clock_khz(), khz - khz / 100, khz + khz / 100);
}

static void the_pm_timer_gives_the_rate_within_a_percent(void **state)
{
	begin();
	assert_in_range(measure(), 10000, 14000);
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

static void a_pm_timer_of_32_bits_counts_beyond_24(void **state)
{
	begin();
	fadt.pm_timer_32bit = true;
	machine.pm_mask = UINT32_MAX;
	machine.pm_start = 0xFFFFFFF0;
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
	machine.port_b = 0x32;
	measure();
	assert_int_equal(machine.port_b, 0x31);
}

static void a_pm_timer_that_stands_still_is_given_up_for_the_pit(void **state)
{
	begin();
	machine.pm_stands = true;
	assert_in_range(measure(), 10000, 100000);
	assert_rate(2000000, "pit");
}

static void a_timer_that_stops_halfway_makes_no_wait_endless(void **state)
{
	uint64_t since;

	begin();
	machine.pm_stops_ns = 2000000;
	measure();
	assert_string_equal(arch_clock_source(), "pm-timer");
	assert_in_range(arch_clock_khz(), 2000000, 2700000);
	since = arch_ticks();
	for (unsigned i = 0; !clock_passed(since, 5000); i++)
		assert_true(i < 7000);
}

static void where_no_timer_runs_cpuid_is_believed(void **state)
{
	begin();
	machine.pm_stands = machine.pit_stands = true;
	machine.leaves = 0x16;
	machine.base.eax = 2900;
	measure();
	assert_rate(2900000, "cpuid");
}

static void cpuid_without_leaf_16_may_have_leaf_15(void **state)
{
	begin();
	machine.pm_stands = machine.pit_stands = true;
	machine.leaves = 0x15;
	machine.ratio = (struct cpuid){1, 100, 25000000, 0};
	machine.base.eax = 2900;
	measure();
	assert_rate(2500000, "cpuid");
}

static void cpuids_crystal_ratio_goes_before_its_base_frequency(void **state)
{
	begin();
	machine.pm_stands = machine.pit_stands = true;
	machine.leaves = 0x16;
	machine.base.eax = 2900;
	machine.ratio = (struct cpuid){2, 216, 24000000, 0};
	measure();
	assert_rate(2592000, "cpuid");
}

static void a_ratio_without_a_crystal_frequency_does_not_count(void **state)
{
	begin();
	machine.pm_stands = machine.pit_stands = true;
	machine.leaves = 0x16;
	machine.base.eax = 2900;
	machine.ratio = (struct cpuid){2, 216, 0, 0};
	measure();
	assert_rate(2900000, "cpuid");
}

static void where_nothing_is_known_no_wait_becomes_too_short(void **state)
{
	begin();
	machine.pm_stands = machine.pit_stands = true;
	assert_in_range(measure(), 10000, 200000);
	assert_string_equal(arch_clock_source(), "unknown");
	assert_true(arch_clock_khz() >= 4000000);
}

static void the_clock_is_ready_before_it_is_final(void **state)
{
	uint64_t ready_ns = 0;

	begin();
	arch_clock_start(&fadt);
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
	while (!clock_passed(since, 5000))
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

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_pm_timer_gives_the_rate_within_a_percent),
		cmocka_unit_test(slow_emulators_and_fast_cpus_are_measured_as_well),
		cmocka_unit_test(a_pm_timer_that_wraps_at_24_bits_is_no_jump),
		cmocka_unit_test(a_pm_timer_of_32_bits_counts_beyond_24),
		cmocka_unit_test(without_a_pm_timer_the_pit_is_asked),
		cmocka_unit_test(the_pit_counts_without_a_sound_and_nothing_else_changes),
		cmocka_unit_test(a_pm_timer_that_stands_still_is_given_up_for_the_pit),
		cmocka_unit_test(a_timer_that_stops_halfway_makes_no_wait_endless),
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
	};

	return unit_run(rules, COUNT(rules));
}
