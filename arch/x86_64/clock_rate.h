/*
 * Computes the rate of the time-stamp counter from readings of a timer of known rate: which
 * readings to use, when there are enough, and which of several sources to trust. Pure.
 */
#ifndef ARCH_X86_64_CLOCK_RATE_H
#define ARCH_X86_64_CLOCK_RATE_H

#include <stdbool.h>
#include <stdint.h>

/* The plausible range: no counter is slower or faster, not even an emulated one. */
enum { RATE_KHZ_MIN = 500, RATE_KHZ_MAX = 20000000 };

/* A timer's count, and the time-stamp counter right before and right after it was read. */
struct rate_reading {
	uint64_t before;
	uint64_t after;
	uint32_t count;
};

/* How long to measure, and how exact the result must be. */
struct rate_stage {
	uint32_t per_second; /* the stretch to measure is a second divided by this */
	uint32_t width;      /* a reading may take at most the stretch divided by this */
	uint32_t agreement;  /* two halves may differ by at most the rate divided by this */
};

extern const struct rate_stage rate_coarse, rate_exact;

struct rate_measurement {
	struct rate_stage stage;
	uint32_t hz;
	uint32_t mask; /* of the timer's bits */
	uint32_t last_count;
	uint64_t begin_ticks;
	uint64_t begin_width;
	uint64_t middle_ticks;
	uint64_t middle_counted; /* 0: there is no middle yet */
	uint64_t counted;
	uint64_t khz; /* after RATE_AGREED */
};

enum rate_step {
	RATE_MORE,      /* more readings are needed */
	RATE_AGREED,    /* both halves of the stretch give the same rate, which is in khz */
	RATE_DISAGREED, /* they do not, or the timer may have wrapped: the stretch begins anew */
};

/* Starts to measure with a first reading. stage may be changed at any time later. */
void rate_begin(struct rate_measurement *measurement, struct rate_stage stage, uint32_t hz,
                uint32_t mask, const struct rate_reading *reading);

/*
 * Adds a reading. Ignores one that took too long (an SMI arrived, or a host hypervisor ran another
 * guest), and one that is a step back, which some timers make by one.
 */
enum rate_step rate_add(struct rate_measurement *measurement, const struct rate_reading *reading);

/* The sources of a rate, the most trusted first: timers, then what CPUID reports. */
enum rate_source {
	RATE_PM_TIMER,
	RATE_PIT,
	RATE_HPET,
	RATE_HYPERVISOR,
	RATE_CPUID,
	RATE_SOURCES,
};

#define RATE_TIMERS RATE_HYPERVISOR /* how many of the sources are timers */

struct rate_choice {
	enum rate_source source; /* RATE_SOURCES: none gave a rate */
	enum rate_source check;  /* another one that confirms it; RATE_SOURCES: none does */
};

const char *rate_source_name(enum rate_source source);

bool rate_is_plausible(uint64_t khz);

/* Returns true if two sources report the same rate, within a tolerance: CPUID rounds to 100 MHz. */
bool rate_same(uint64_t khz, uint64_t other_khz);

/*
 * Chooses the most trusted source that another one confirms, or else the most trusted one. A rate
 * of 0 kHz means that the source has none.
 */
struct rate_choice rate_choose(const uint64_t khz[RATE_SOURCES]);

#endif
