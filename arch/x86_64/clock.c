/*
 * The clock is the time-stamp counter. Its rate is measured in the background: every wait polls the
 * clock, which compares the counter with a timer of known rate. A rate is accepted only if both
 * halves of a stretch agree on it and a second source confirms it; clock_rate.c decides that.
 */
#include "arch/x86_64/boot.h"
#include "arch/x86_64/clock_rate.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/timers.h"
#include "kernel/machine/arch.h"

enum {
	UNKNOWN_KHZ = 5000000, /* no faster CPU: waits may become longer, never shorter */
	DISAGREEMENTS_MAX = 16,
};

/*
 * After this time, every timer that works has counted 10 ms. A longer time between two polls counts
 * as this much only, because the polling code may have been stopped.
 */
#define PATIENCE_TICKS (1ull << 26)
#define LOOK_TICKS     (PATIENCE_TICKS / 16)

#define MULTIPLY_TICKS_MAX (1ull << 53)

static const struct timer *const timers[RATE_TIMERS] = {
	[RATE_PM_TIMER] = &timers_pm,
	[RATE_PIT] = &timers_pit,
	[RATE_HPET] = &timers_hpet,
};

static struct {
	const struct timer *timer; /* NULL: none measures */
	enum rate_source source;   /* which one that is */
	struct rate_measurement measurement;
	bool exact; /* it has given a coarse rate */
	bool moved; /* its count has changed */
	uint32_t first_count;
	unsigned disagreements;
	uint64_t waited;     /* ticks, for this timer */
	uint64_t look_ticks; /* when it was read last */
	uint32_t owner;      /* index of the CPU that measures: the others' counters may differ */
	uint64_t rates[RATE_SOURCES];      /* in kHz; 0: none */
	const char *problems[RATE_TIMERS]; /* of timers that gave no rate */
	enum rate_source from;
	enum rate_source check;
	uint64_t khz;
	bool ready;
	bool final;
	bool reported;
} clock = {.khz = UNKNOWN_KHZ, .from = RATE_SOURCES, .check = RATE_SOURCES};

static bool look(struct rate_reading *reading)
{
	bool counts;

	reading->before = rdtsc();
	counts = clock.timer->read(&reading->count);
	reading->after = rdtsc();
	clock.look_ticks = reading->after;
	return counts;
}

static void begin_stretch(void)
{
	struct rate_reading reading;

	look(&reading);
	clock.first_count = reading.count;
	rate_begin(&clock.measurement, clock.exact ? rate_exact : rate_coarse, clock.timer->hz,
	           clock.timer->mask, &reading);
}

/* Starts the first timer, from this one on, that the machine has. */
static void start_timer(unsigned source)
{
	while (source < RATE_TIMERS && !timers[source]->start())
		source++;
	clock.timer = source < RATE_TIMERS ? timers[source] : NULL;
	if (clock.timer == NULL)
		return;
	clock.source = (enum rate_source)source;
	clock.exact = clock.moved = false;
	clock.disagreements = 0;
	clock.waited = 0;
	begin_stretch();
}

void arch_clock_start(const struct fadt *fadt, uint64_t (*find_hpet)(void))
{
	timers_init(fadt, find_hpet);
	start_timer(0);
}

void arch_clock_take_over(void)
{
	clock.owner = arch_this_cpu()->found.index;
	if (!clock.final && clock.timer != NULL)
		begin_stretch();
}

static void claim(enum rate_source source, uint64_t khz)
{
	clock.rates[source] = rate_is_plausible(khz) ? khz : 0;
}

static struct rate_choice choose(void)
{
	claim(RATE_HYPERVISOR, timers_hypervisor_khz());
	claim(RATE_CPUID, timers_cpuid_khz());
	return rate_choose(clock.rates);
}

/* If no source has a rate, keeps the coarse one that a timer gave before it failed. */
static void conclude(struct rate_choice choice)
{
	if (choice.source != RATE_SOURCES) {
		clock.khz = clock.rates[choice.source];
		clock.from = choice.source;
		clock.check = choice.check;
	}
	clock.ready = clock.final = true;
}

/*
 * The timer has given a rate, or failed. Starts the next one, unless the rate is confirmed and no
 * later timer would be trusted more.
 */
static void end_timer(void)
{
	struct rate_choice choice = choose();

	if (clock.timer->stop != NULL)
		clock.timer->stop();
	if (choice.check == RATE_SOURCES || choice.source > clock.source)
		start_timer(clock.source + 1);
	else
		clock.timer = NULL;
	if (clock.timer == NULL)
		conclude(choice);
}

static void fail_timer(const char *problem)
{
	clock.problems[clock.source] = problem;
	end_timer();
}

static void take_rate(void)
{
	uint64_t khz = clock.measurement.khz;

	if (!rate_is_plausible(khz)) {
		fail_timer("it gives a rate that no CPU has");
		return;
	}
	if (!clock.ready || clock.from == clock.source) {
		clock.khz = khz;
		clock.from = clock.source;
		clock.ready = true;
	}
	if (!clock.exact) {
		clock.exact = true;
		clock.measurement.stage = rate_exact;
		return;
	}
	clock.rates[clock.source] = khz;
	end_timer();
}

static void measure(void)
{
	uint64_t since = clock.look_ticks;
	struct rate_reading reading;
	bool counts = look(&reading);
	uint64_t passed = reading.before - since;
	enum rate_step step = counts ? rate_add(&clock.measurement, &reading) : RATE_DISAGREED;

	if (step == RATE_AGREED) {
		take_rate();
		return;
	}
	clock.moved |= ((reading.count - clock.first_count) & clock.timer->mask) != 0;
	clock.disagreements += step == RATE_DISAGREED;
	clock.waited += passed < LOOK_TICKS ? passed : LOOK_TICKS;
	if (clock.disagreements == DISAGREEMENTS_MAX || clock.waited > PATIENCE_TICKS) {
		fail_timer(clock.moved ? "its readings disagree" : "it stands still");
	} else if (!counts) {
		clock.timer->start();
		begin_stretch();
	}
}

/* A timer is slow to read, so it is read only after the stretch has grown by a quarter. */
static bool is_time_to_look(uint64_t ticks)
{
	uint64_t quarter = (ticks - clock.measurement.begin_ticks) / 4;

	return ticks - clock.look_ticks >= (quarter < LOOK_TICKS ? quarter : LOOK_TICKS);
}

void arch_clock_poll(void)
{
	if (clock.final || arch_this_cpu()->found.index != clock.owner)
		return;
	if (clock.timer == NULL) /* a panic before arch_clock_start() */
		conclude(choose());
	else if (is_time_to_look(rdtsc()))
		measure();
}

bool arch_clock_ready(void)
{
	return clock.ready;
}

bool arch_clock_final(void)
{
	return clock.final;
}

static void report_disagreement(enum rate_source source, struct text *to)
{
	bool measured = source < RATE_TIMERS;

	if (source == clock.from || clock.rates[source] == 0 ||
	    rate_same(clock.rates[source], clock.khz) || (!measured && clock.check != RATE_SOURCES))
		return;
	text_print(to, "boot: warning: time-stamp counter: %lu kHz by %s, but %lu kHz by %s\n",
	           clock.khz, arch_clock_source(), clock.rates[source], rate_source_name(source));
}

/* Reports a timer that failed only if the rate would have come from it. */
void arch_clock_report(struct text *to)
{
	if (clock.reported)
		return;
	clock.reported = true;
	for (unsigned source = 0; source < RATE_TIMERS && source < clock.from; source++) {
		if (clock.problems[source] != NULL)
			text_print(
				to,
				"boot: warning: time-stamp counter: cannot measure it by %s: %s\n",
				rate_source_name((enum rate_source)source), clock.problems[source]);
	}
	for (unsigned source = 0; source < RATE_SOURCES; source++)
		report_disagreement((enum rate_source)source, to);
	if (clock.from == RATE_SOURCES)
		text_print(to,
		           "boot: warning: the time-stamp counter's rate is unknown: no timer "
		           "works, and CPUID does not give it; times in this log are too short\n");
}

uint64_t arch_ticks(void)
{
	return rdtsc();
}

uint64_t arch_entry_ticks(void)
{
	return boot_ticks;
}

/* A negative difference comes from another CPU whose counter is behind: it counts as 0. */
uint64_t arch_ticks_to_us(uint64_t ticks)
{
	if ((int64_t)ticks < 0)
		return 0;
	return ticks < MULTIPLY_TICKS_MAX ? ticks * 1000 / clock.khz : ticks / clock.khz * 1000;
}

const char *arch_clock_source(void)
{
	return clock.from != RATE_SOURCES ? rate_source_name(clock.from) : "unknown";
}

const char *arch_clock_check(void)
{
	return rate_source_name(clock.check);
}

uint64_t arch_clock_khz(void)
{
	return clock.khz;
}
