/* arch/x86_64/clock_rate.h: the boundaries of its decisions. */
#include "arch/x86_64/clock_rate.h"
#include "tests/unit/unit.h"

enum { EDGE_HZ = 1000000, EDGE_MASK = 0xFFFF };

/* A stretch with a middle, after which the timer has counted 10000, at 1 GHz. */
static struct rate_measurement halfway(struct rate_stage stage)
{
	return (struct rate_measurement){
		.stage = stage,
		.hz = EDGE_HZ,
		.mask = EDGE_MASK,
		.last_count = 10000,
		.middle_ticks = 10000000,
		.middle_counted = 10000,
		.counted = 10000,
	};
}

/* Adds a reading of 2 ticks, of which now is the middle. */
static enum rate_step add_at(struct rate_measurement *measurement, uint64_t now, uint32_t count)
{
	return rate_add(measurement, &(struct rate_reading){now - 1, now + 1, count});
}

static enum rate_step second_half(struct rate_stage stage, uint64_t ticks)
{
	struct rate_measurement measurement = halfway(stage);

	return add_at(&measurement, 10000000 + ticks, 20000);
}

static void two_halves_agree_within_a_part_of_the_lower_rate(void **state)
{
	assert_int_equal(second_half(rate_coarse, 12500000), RATE_AGREED); /* a quarter more */
	assert_int_equal(second_half(rate_coarse, 12500010), RATE_DISAGREED);
	assert_int_equal(second_half(rate_coarse, 8000000), RATE_AGREED);
	assert_int_equal(second_half(rate_coarse, 7999990), RATE_DISAGREED);
	assert_int_equal(second_half(rate_exact, 10312500), RATE_AGREED); /* a 32nd more */
	assert_int_equal(second_half(rate_exact, 10312510), RATE_DISAGREED);
	assert_int_equal(second_half(rate_exact, 9696970), RATE_AGREED);
	assert_int_equal(second_half(rate_exact, 9696960), RATE_DISAGREED);
}

static void a_rate_is_of_the_whole_stretch(void **state)
{
	struct rate_measurement measurement = halfway(rate_coarse);

	assert_int_equal(add_at(&measurement, 21000000, 20000), RATE_AGREED);
	assert_int_equal(measurement.khz, 1050000);
	assert_int_equal(measurement.middle_counted, 0);
}

static void the_second_half_is_at_least_half_as_long_as_the_first(void **state)
{
	struct rate_measurement measurement = halfway(rate_coarse);

	assert_int_equal(add_at(&measurement, 14999000, 14999), RATE_MORE);
	assert_int_equal(add_at(&measurement, 15000000, 15000), RATE_AGREED);
}

/* From the first reading: a middle at half of the stretch, and a rate at its end. */
static void a_stretch_is_as_long_as_its_stage_says(void **state)
{
	static const struct {
		const struct rate_stage *stage;
		uint32_t hz;
		uint32_t length;
	} stages[] = {
		{&rate_coarse, 1000000, 500},
		{&rate_coarse, 10000000, 5000},
		{&rate_exact, 1000000, 10000},
	};

	for (size_t i = 0; i < COUNT_OF(stages); i++) {
		uint32_t length = stages[i].length;
		struct rate_measurement measurement;

		rate_begin(&measurement, *stages[i].stage, stages[i].hz, EDGE_MASK,
		           &(struct rate_reading){999, 1001, 0});
		assert_int_equal(add_at(&measurement, 1000ull * length / 2, length / 2 - 1),
		                 RATE_MORE);
		assert_int_equal(measurement.middle_counted, 0);
		assert_int_equal(add_at(&measurement, 1000 + 1000ull * length / 2, length / 2),
		                 RATE_MORE);
		assert_int_equal(measurement.middle_counted, length / 2);
		assert_int_equal(add_at(&measurement, 1000ull * length, length - 1), RATE_MORE);
		assert_int_equal(add_at(&measurement, 1000 + 1000ull * length, length),
		                 RATE_AGREED);
		assert_int_equal(measurement.khz, stages[i].hz);
	}
}

/* Its first half is not half of the next stretch. */
static void a_stretch_after_a_disagreement_has_a_middle_of_its_own(void **state)
{
	struct rate_measurement measurement = halfway(rate_coarse);
	const uint64_t begin = 10000000 + 12500010;

	assert_int_equal(add_at(&measurement, begin, 20000), RATE_DISAGREED);
	assert_int_equal(add_at(&measurement, begin + 249000, 20249), RATE_MORE);
	assert_int_equal(measurement.middle_counted, 0);
	assert_int_equal(add_at(&measurement, begin + 250000, 20250), RATE_MORE);
	assert_int_equal(add_at(&measurement, begin + 500000, 20500), RATE_AGREED);
	assert_int_equal(measurement.khz, 1000000);
}

/* A timer of which one tick is as long as the stretch. */
static void a_slow_timer_gives_no_rate_before_its_second_tick(void **state)
{
	struct rate_measurement measurement;

	rate_begin(&measurement, rate_coarse, 2000, EDGE_MASK, &(struct rate_reading){0, 2, 7});
	assert_int_equal(add_at(&measurement, 400000, 7), RATE_MORE);
	assert_int_equal(add_at(&measurement, 500000, 8), RATE_MORE);
	assert_int_equal(add_at(&measurement, 900000, 8), RATE_MORE);
	assert_int_equal(add_at(&measurement, 1000001, 9), RATE_AGREED);
	assert_int_equal(measurement.khz, 1000000);
}

/* 24 bits, of which a 256th is 65,535. */
static void the_pm_timer_may_step_back_by_a_256th_of_its_range(void **state)
{
	for (uint32_t back = 65535; back <= 65536; back++) {
		struct rate_measurement measurement = halfway(rate_coarse);

		measurement.mask = 0xFFFFFF;
		measurement.last_count = 100000;
		assert_int_equal(add_at(&measurement, 20000000, 100000 - back),
		                 back == 65535 ? RATE_MORE : RATE_DISAGREED);
	}
}

static void a_reading_may_take_a_part_of_the_stretch(void **state)
{
	static const struct {
		const struct rate_stage *stage;
		uint64_t width;
	} stages[] = {{&rate_coarse, 5000000}, {&rate_exact, 312500}};

	for (size_t i = 0; i < COUNT_OF(stages); i++) {
		struct rate_measurement measurement = halfway(*stages[i].stage);
		struct rate_reading reading = {.count = 15000};

		reading.before = 20000000 - stages[i].width / 2 - 1;
		reading.after = reading.before + stages[i].width + 2;
		assert_int_equal(rate_add(&measurement, &reading), RATE_MORE);
		assert_int_equal(measurement.counted, 10000); /* too wide */
		reading.before = 20000000 - stages[i].width / 2;
		reading.after = reading.before + stages[i].width;
		assert_int_not_equal(rate_add(&measurement, &reading), RATE_MORE);
	}
}

static void a_count_that_wraps_or_steps_back_is_told_from_one_that_goes_on(void **state)
{
	static const struct {
		uint32_t delta;
		enum rate_step step;
		bool counts;
	} cases[] = {
		{32767, RATE_DISAGREED, false}, /* half of the range: it counts, at another rate */
		{32768, RATE_DISAGREED, false}, /* more: it may have wrapped */
		{65280, RATE_DISAGREED, false},
		{65281, RATE_MORE, true}, /* a step back by a 256th of the range */
		{65535, RATE_MORE, true},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct rate_measurement measurement = halfway(rate_coarse);
		uint32_t count = 10000 + cases[i].delta;

		assert_int_equal(add_at(&measurement, 20000000, count), cases[i].step);
		assert_int_equal(measurement.counted, cases[i].counts ? 10000 : 0);
	}
	for (uint32_t delta = 32767; delta <= 32768; delta++) {
		struct rate_measurement measurement = halfway(rate_coarse);

		assert_int_equal(add_at(&measurement, 10000000 + 1000ull * delta, 10000 + delta),
		                 delta == 32767 ? RATE_AGREED : RATE_DISAGREED);
	}
}

static void a_stretch_of_more_than_2_to_38_ticks_begins_anew(void **state)
{
	struct rate_measurement measurement = halfway(rate_coarse);

	assert_int_equal(add_at(&measurement, 1ull << 38, 10001), RATE_MORE);
	assert_int_equal(add_at(&measurement, (1ull << 38) + 1, 10002), RATE_DISAGREED);
	assert_int_equal(measurement.begin_ticks, (1ull << 38) + 1);
	assert_int_equal(measurement.last_count, 10002);
}

static void a_first_reading_of_more_than_4_times_the_width_is_replaced(void **state)
{
	struct rate_measurement measurement;

	rate_begin(&measurement, rate_coarse, EDGE_HZ, EDGE_MASK,
	           &(struct rate_reading){0, 8000, 0});
	assert_int_equal(rate_add(&measurement, &(struct rate_reading){100000, 102000, 100}),
	                 RATE_MORE);
	assert_int_equal(measurement.begin_width, 8000);
	assert_int_equal(rate_add(&measurement, &(struct rate_reading){200000, 201999, 200}),
	                 RATE_MORE);
	assert_int_equal(measurement.begin_width, 1999);
	assert_int_equal(measurement.begin_ticks, 200999);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(two_halves_agree_within_a_part_of_the_lower_rate),
		cmocka_unit_test(a_rate_is_of_the_whole_stretch),
		cmocka_unit_test(the_second_half_is_at_least_half_as_long_as_the_first),
		cmocka_unit_test(a_stretch_is_as_long_as_its_stage_says),
		cmocka_unit_test(a_stretch_after_a_disagreement_has_a_middle_of_its_own),
		cmocka_unit_test(a_slow_timer_gives_no_rate_before_its_second_tick),
		cmocka_unit_test(the_pm_timer_may_step_back_by_a_256th_of_its_range),
		cmocka_unit_test(a_reading_may_take_a_part_of_the_stretch),
		cmocka_unit_test(a_count_that_wraps_or_steps_back_is_told_from_one_that_goes_on),
		cmocka_unit_test(a_stretch_of_more_than_2_to_38_ticks_begins_anew),
		cmocka_unit_test(a_first_reading_of_more_than_4_times_the_width_is_replaced),
	};

	return unit_run(rules, COUNT_OF(rules));
}
