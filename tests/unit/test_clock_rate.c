/* arch/x86_64/clock_rate.h: which readings are used, and which source is trusted. */
#include "arch/x86_64/clock_rate.h"
#include "tests/unit/unit.h"

enum { HZ = 3579545, MASK = 0xFFFFFF, KHZ = 2000000 };

/* A timer of 24 bits next to a counter of 2 GHz, read with an SMI now and then. */
struct source {
	uint64_t ns;
	uint64_t start;
	uint32_t random;
};

static struct rate_reading read_at(struct source *source, uint64_t smi_before_ns,
                                   uint64_t smi_after_ns)
{
	struct rate_reading reading = {.before = source->ns * KHZ / 1000000};

	source->ns += smi_before_ns;
	reading.count = (uint32_t)(source->start + source->ns * HZ / 1000000000) & MASK;
	source->ns += 1000 + smi_after_ns;
	reading.after = source->ns * KHZ / 1000000;
	return reading;
}

static uint64_t sometimes(struct source *source, unsigned one_in, uint64_t ns)
{
	return unit_random(&source->random) % one_in == 0 ? unit_random(&source->random) % ns : 0;
}

/* Measures both stages with random SMIs, steps back and pauses; returns the exact rate. */
static uint64_t measure(struct source *source, uint64_t pause_ns)
{
	struct rate_reading reading = read_at(source, sometimes(source, 4, 2000000), 0);
	struct rate_measurement measurement;
	bool exact = false;

	rate_begin(&measurement, rate_coarse, HZ, MASK, &reading);
	for (unsigned i = 0; i < 100000; i++) {
		source->ns += 1000 + unit_random(&source->random) % 200000 +
		              sometimes(source, 20, pause_ns);
		reading = read_at(source, sometimes(source, 6, 2000000),
		                  sometimes(source, 6, 2000000));
		if (unit_random(&source->random) % 8 == 0)
			reading.count = (reading.count - 1) & MASK;
		if (rate_add(&measurement, &reading) != RATE_AGREED)
			continue;
		if (exact)
			return measurement.khz;
		assert_in_range(measurement.khz, KHZ / 10 * 6, KHZ / 10 * 16);
		measurement.stage = rate_exact;
		exact = true;
	}
	return 0;
}

static void smis_steps_back_and_short_pauses_do_not_spoil_the_rate(void **state)
{
	for (uint32_t seed = 1; seed < 500; seed++) {
		struct source source = {.random = seed, .start = unit_random(&seed)};
		uint64_t khz = measure(&source, 50000000);

		assert_in_range(khz, KHZ - KHZ / 40, KHZ + KHZ / 40);
	}
}

/* A pause of exactly one wrap (4.7 s) is not always detected, but the two halves then disagree. */
static void long_pauses_do_not_spoil_the_rate(void **state)
{
	for (uint32_t seed = 1; seed < 500; seed++) {
		struct source source = {.random = seed, .start = unit_random(&seed)};
		uint64_t khz = measure(&source, 1u << 31);

		assert_in_range(khz, KHZ - KHZ / 40, KHZ + KHZ / 40);
	}
}

static void a_counter_that_goes_back_begins_anew(void **state)
{
	struct source source = {.ns = 1000000000};
	struct rate_reading reading = read_at(&source, 0, 0), behind;
	struct rate_measurement measurement;

	rate_begin(&measurement, rate_coarse, HZ, MASK, &reading);
	source.ns += 300000;
	behind = read_at(&source, 0, 0);
	behind.before -= 1000000000;
	behind.after -= 1000000000;
	assert_int_equal(rate_add(&measurement, &behind), RATE_DISAGREED);
	assert_int_equal(measurement.begin_ticks, behind.before + 1000);
}

/* A stretch of the exact stage that started 9 ms ago, with a middle. */
static struct rate_measurement begun(struct source *source)
{
	struct rate_reading reading = read_at(source, 0, 0);
	struct rate_measurement measurement;

	rate_begin(&measurement, rate_exact, HZ, MASK, &reading);
	for (unsigned i = 0; i < 9; i++) {
		source->ns += 1000000;
		reading = read_at(source, 0, 0);
		assert_int_equal(rate_add(&measurement, &reading), RATE_MORE);
	}
	assert_true(measurement.middle_counted > 0);
	return measurement;
}

static void a_reading_that_took_long_is_ignored(void **state)
{
	struct source source = {0};
	struct rate_measurement measurement = begun(&source);
	uint64_t counted = measurement.counted;
	struct rate_reading reading = read_at(&source, 0, 500000);

	assert_int_equal(rate_add(&measurement, &reading), RATE_MORE);
	assert_int_equal(measurement.counted, counted);
}

static void a_step_back_is_ignored(void **state)
{
	struct source source = {0};
	struct rate_measurement measurement = begun(&source);
	uint64_t counted = measurement.counted;
	struct rate_reading reading = read_at(&source, 0, 0);

	reading.count = (measurement.last_count - 1) & MASK;
	assert_int_equal(rate_add(&measurement, &reading), RATE_MORE);
	assert_int_equal(measurement.counted, counted);
}

static void halves_that_differ_begin_anew(void **state)
{
	struct source source = {0};
	struct rate_measurement measurement = begun(&source);
	struct rate_reading reading;

	source.ns += 1000000;
	reading = read_at(&source, 0, 0);
	reading.before += KHZ / 2; /* 0.5 ms of 5 ms that the timer has not counted */
	reading.after += KHZ / 2;
	assert_int_equal(rate_add(&measurement, &reading), RATE_DISAGREED);
	assert_int_equal(measurement.counted, 0);
}

static void rates_of_no_cpu_are_implausible(void **state)
{
	assert_false(rate_is_plausible(0));
	assert_false(rate_is_plausible(4));
	assert_false(rate_is_plausible(499));
	assert_true(rate_is_plausible(500));
	assert_true(rate_is_plausible(20000000));
	assert_false(rate_is_plausible(20000001));
}

static void assert_choice(const uint64_t khz[RATE_SOURCES], enum rate_source source,
                          enum rate_source check)
{
	struct rate_choice choice = rate_choose(khz);

	assert_int_equal(choice.source, source);
	assert_int_equal(choice.check, check);
}

static void the_first_source_that_another_confirms_wins(void **state)
{
	assert_choice((uint64_t[RATE_SOURCES]){0}, RATE_SOURCES, RATE_SOURCES);
	assert_choice((uint64_t[RATE_SOURCES]){2000}, RATE_PM_TIMER, RATE_SOURCES);
	assert_choice((uint64_t[RATE_SOURCES]){2000, 2010}, RATE_PM_TIMER, RATE_PIT);
	assert_choice((uint64_t[RATE_SOURCES]){2000, 2200}, RATE_PM_TIMER, RATE_SOURCES);
	assert_choice((uint64_t[RATE_SOURCES]){2000, 2200, 2210}, RATE_PIT, RATE_HPET);
	assert_choice((uint64_t[RATE_SOURCES]){2000, 2200, 2400, 0, 2410}, RATE_HPET, RATE_CPUID);
	assert_choice((uint64_t[RATE_SOURCES]){0, 0, 0, 2400, 2410}, RATE_HYPERVISOR, RATE_CPUID);
	assert_choice((uint64_t[RATE_SOURCES]){0, 0, 0, 0, 2410}, RATE_CPUID, RATE_SOURCES);
}

static void two_sources_are_the_same_within_three_percent(void **state)
{
	assert_true(rate_same(3200, 3300));
	assert_true(rate_same(3300, 3200));
	assert_false(rate_same(3200, 3301));
	assert_false(rate_same(3301, 3200));
	assert_false(rate_same(0, 1));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(smis_steps_back_and_short_pauses_do_not_spoil_the_rate),
		cmocka_unit_test(long_pauses_do_not_spoil_the_rate),
		cmocka_unit_test(a_counter_that_goes_back_begins_anew),
		cmocka_unit_test(a_reading_that_took_long_is_ignored),
		cmocka_unit_test(a_step_back_is_ignored),
		cmocka_unit_test(halves_that_differ_begin_anew),
		cmocka_unit_test(rates_of_no_cpu_are_implausible),
		cmocka_unit_test(the_first_source_that_another_confirms_wins),
		cmocka_unit_test(two_sources_are_the_same_within_three_percent),
	};

	return unit_run(rules, COUNT_OF(rules));
}
