#include "arch/x86_64/clock_rate.h"

enum {
	SAME_RATE = 32,    /* two sources may differ by the rate divided by this */
	STEPS_BACK = 256,  /* a step back is at most the timer's range divided by this */
	BEGIN_TOO_WIDE = 4 /* start again from a reading that is this many times narrower */
};

#define STRETCH_TICKS_MAX (1ull << 38) /* with more, a product below would overflow */

const struct rate_stage rate_coarse = {.per_second = 2000, .width = 4, .agreement = 4};
const struct rate_stage rate_exact = {.per_second = 100, .width = 64, .agreement = 32};

static const char *const names[] = {
	[RATE_PM_TIMER] = "pm-timer",     [RATE_PIT] = "pit",     [RATE_HPET] = "hpet",
	[RATE_HYPERVISOR] = "hypervisor", [RATE_CPUID] = "cpuid", [RATE_SOURCES] = "none",
};

static uint64_t width_of(const struct rate_reading *reading)
{
	return reading->after - reading->before;
}

/* Returns the best estimate of the counter when the timer was read: the middle of the two reads. */
static uint64_t ticks_of(const struct rate_reading *reading)
{
	return reading->before + width_of(reading) / 2;
}

/* Starts a new stretch at a reading, in the same stage. */
static void restart(struct rate_measurement *m, const struct rate_reading *reading)
{
	m->begin_ticks = ticks_of(reading);
	m->begin_width = width_of(reading);
	m->last_count = reading->count;
	m->middle_counted = 0;
	m->counted = 0;
}

void rate_begin(struct rate_measurement *m, struct rate_stage stage, uint32_t hz, uint32_t mask,
                const struct rate_reading *reading)
{
	*m = (struct rate_measurement){.stage = stage, .hz = hz, .mask = mask};
	restart(m, reading);
}

static uint64_t rate(uint64_t ticks, uint64_t counted, uint32_t hz)
{
	return ticks * hz / counted / 1000;
}

static bool differ_little(uint64_t a, uint64_t b, uint32_t divisor)
{
	uint64_t difference = a > b ? a - b : b - a;

	return difference <= (a < b ? a : b) / divisor;
}

/* Returns true if the whole stretch, and its part after the middle, are long enough. */
static bool is_long_enough(const struct rate_measurement *m)
{
	return m->counted >= m->hz / m->stage.per_second && m->counted > m->middle_counted &&
	       m->counted - m->middle_counted >= m->middle_counted / 2;
}

static enum rate_step compare_halves(struct rate_measurement *m, const struct rate_reading *reading)
{
	uint64_t now = ticks_of(reading);
	uint64_t first = rate(m->middle_ticks - m->begin_ticks, m->middle_counted, m->hz);
	uint64_t second = rate(now - m->middle_ticks, m->counted - m->middle_counted, m->hz);

	if (!differ_little(first, second, m->stage.agreement)) {
		restart(m, reading);
		return RATE_DISAGREED;
	}
	m->khz = rate(now - m->begin_ticks, m->counted, m->hz);
	m->middle_counted = 0;
	return RATE_AGREED;
}

static enum rate_step count_on(struct rate_measurement *m, const struct rate_reading *reading,
                               uint32_t delta)
{
	m->counted += delta;
	m->last_count = reading->count;
	if (m->middle_counted == 0) {
		if (m->counted >= m->hz / m->stage.per_second / 2) {
			m->middle_counted = m->counted;
			m->middle_ticks = ticks_of(reading);
		}
		return RATE_MORE;
	}
	return is_long_enough(m) ? compare_halves(m, reading) : RATE_MORE;
}

enum rate_step rate_add(struct rate_measurement *m, const struct rate_reading *reading)
{
	uint32_t delta = (reading->count - m->last_count) & m->mask;
	uint64_t stretch = ticks_of(reading) - m->begin_ticks;

	if (stretch > STRETCH_TICKS_MAX) { /* long, or negative */
		restart(m, reading);
		return RATE_DISAGREED;
	}
	if (m->begin_width > BEGIN_TOO_WIDE * width_of(reading)) {
		restart(m, reading);
		return RATE_MORE;
	}
	if (delta > m->mask - m->mask / STEPS_BACK ||
	    m->begin_width + width_of(reading) > stretch / m->stage.width)
		return RATE_MORE;
	if (delta > m->mask / 2) {
		restart(m, reading);
		return RATE_DISAGREED;
	}
	return count_on(m, reading, delta);
}

const char *rate_source_name(enum rate_source source)
{
	return names[source];
}

bool rate_is_plausible(uint64_t khz)
{
	return khz >= RATE_KHZ_MIN && khz <= RATE_KHZ_MAX;
}

bool rate_same(uint64_t khz, uint64_t other_khz)
{
	return differ_little(khz, other_khz, SAME_RATE);
}

static enum rate_source find_check(const uint64_t khz[RATE_SOURCES], enum rate_source source)
{
	for (unsigned other = 0; other < RATE_SOURCES; other++) {
		if (other != source && rate_same(khz[other], khz[source]))
			return (enum rate_source)other;
	}
	return RATE_SOURCES;
}

struct rate_choice rate_choose(const uint64_t khz[RATE_SOURCES])
{
	struct rate_choice choice = {RATE_SOURCES, RATE_SOURCES};

	for (unsigned source = 0; source < RATE_SOURCES; source++) {
		if (khz[source] == 0)
			continue;
		enum rate_source check = find_check(khz, (enum rate_source)source);

		if (check != RATE_SOURCES)
			return (struct rate_choice){(enum rate_source)source, check};
		if (choice.source == RATE_SOURCES)
			choice.source = (enum rate_source)source;
	}
	return choice;
}
