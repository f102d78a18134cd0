/*
 * Time by the time-stamp counter. Its rate is found by the way: the counter and a timer of known
 * rate are both read whenever somebody waits, until the two stretches are long enough to compare.
 */
#include "arch/x86_64/boot.h"
#include "arch/x86_64/instructions.h"
#include "kernel/machine/arch.h"

enum {
	PM_TIMER_HZ = 3579545,
	PIT_HZ = 1193182,
	PIT_CHANNEL2 = 0x42,
	PIT_COMMAND = 0x43,
	PIT_CHANNEL2_MODE0 = 0xB0, /* both bytes, interrupt on terminal count, binary */
	PIT_LATCH_CHANNEL2 = 0x80,
	PORT_B = 0x61,
	PORT_B_GATE2 = 1 << 0,
	PORT_B_SPEAKER = 1 << 1,
	READY_PER_SECOND = 2000, /* a stretch of 0.5 ms gives a first rate */
	FINAL_PER_SECOND = 100,  /* one of 10 ms the last */
	UNKNOWN_KHZ = 4000000,   /* no faster CPU: waits may become longer, never shorter */
};

#define PATIENCE_TICKS (1ull << 26) /* by then, every timer that works has counted 10 ms */

struct timer {
	const char *name;
	uint32_t hz;
	uint32_t mask;
	uint32_t (*read)(void); /* counts up */
};

static struct {
	const struct timer *timer; /* NULL: none is there, or it stands still */
	uint64_t start_ticks;
	uint64_t last_ticks;
	uint32_t last_count;
	uint64_t counted;
	uint64_t khz;
	bool ready;
	bool final;
	const char *source;
} clock = {.khz = UNKNOWN_KHZ, .source = "unknown"};

static uint16_t pm_timer_port;

static uint32_t read_pm_timer(void)
{
	return in32(pm_timer_port);
}

static uint32_t read_pit(void)
{
	uint32_t low;

	out8(PIT_COMMAND, PIT_LATCH_CHANNEL2);
	low = in8(PIT_CHANNEL2);
	return -(low | (uint32_t)in8(PIT_CHANNEL2) << 8);
}

static struct timer pm_timer = {"pm-timer", PM_TIMER_HZ, 0xFFFFFF, read_pm_timer};
static const struct timer pit = {"pit", PIT_HZ, 0xFFFF, read_pit};

static void start_pit(void)
{
	uint8_t port_b = in8(PORT_B);

	out8(PORT_B, (uint8_t)((port_b & ~PORT_B_SPEAKER) | PORT_B_GATE2));
	out8(PIT_COMMAND, PIT_CHANNEL2_MODE0);
	out8(PIT_CHANNEL2, 0xFF);
	out8(PIT_CHANNEL2, 0xFF);
}

static void use(const struct timer *timer)
{
	clock.timer = timer;
	clock.last_count = timer->read();
	clock.start_ticks = clock.last_ticks = rdtsc();
	clock.counted = 0;
}

/* What CPUID says of the rate, in kHz; 0 if nothing. The crystal frequency in leaf 15H came after
 * the edition that is cited here: SDM vol. 2A CPUID "CPU Identification" */
static uint64_t cpuid_khz(void)
{
	struct cpuid ratio, base;
	uint32_t leaves = cpuid(0, 0).eax;

	if (leaves >= 0x15) {
		ratio = cpuid(0x15, 0);
		if (ratio.eax != 0 && ratio.ebx != 0 && ratio.ecx != 0)
			return (uint64_t)ratio.ecx * ratio.ebx / ratio.eax / 1000;
	}
	if (leaves >= 0x16) {
		base = cpuid(0x16, 0);
		return (uint64_t)(base.eax & 0xFFFF) * 1000;
	}
	return 0;
}

/* No timer works: what CPUID says, or a rate that makes no wait too short. */
static void do_without_timer(void)
{
	uint64_t khz = cpuid_khz();

	clock.timer = NULL;
	clock.khz = khz != 0 ? khz : UNKNOWN_KHZ;
	clock.source = khz != 0 ? "cpuid" : "unknown";
	clock.ready = clock.final = true;
}

void arch_clock_start(const struct fadt *fadt)
{
	if (fadt->pm_timer_port != 0) {
		pm_timer_port = fadt->pm_timer_port;
		pm_timer.mask = fadt->pm_timer_32bit ? UINT32_MAX : 0xFFFFFF;
		use(&pm_timer);
		return;
	}
	start_pit();
	use(&pit);
}

/* It stands still. What it has told until then holds, if that was enough for a first rate. */
static void give_up_timer(void)
{
	if (clock.ready) {
		clock.final = true;
		return;
	}
	if (clock.timer == &pit) {
		do_without_timer();
		return;
	}
	start_pit();
	use(&pit);
}

static void count_on(uint32_t count, uint64_t ticks)
{
	clock.counted += (count - clock.last_count) & clock.timer->mask;
	clock.last_count = count;
	if (clock.counted < clock.timer->hz / READY_PER_SECOND)
		return;
	clock.khz = (ticks - clock.start_ticks) * clock.timer->hz / clock.counted / 1000;
	clock.source = clock.timer->name;
	clock.ready = true;
	clock.final = clock.counted >= clock.timer->hz / FINAL_PER_SECOND;
}

void arch_clock_poll(void)
{
	uint64_t ticks = rdtsc();
	uint64_t stretch = ticks - clock.start_ticks;
	uint32_t count;

	if (clock.final)
		return;
	if (clock.timer == NULL) { /* a panic before arch_clock_start() */
		do_without_timer();
		return;
	}
	/* A timer is slow to read: look only when there is a quarter more to see. */
	if (ticks - clock.last_ticks < stretch / 4)
		return;
	count = clock.timer->read();
	clock.last_ticks = ticks;
	if (count != clock.last_count)
		count_on(count, ticks);
	if (!clock.final && stretch > PATIENCE_TICKS)
		give_up_timer();
}

bool arch_clock_ready(void)
{
	return clock.ready;
}

bool arch_clock_final(void)
{
	return clock.final;
}

uint64_t arch_ticks(void)
{
	return rdtsc();
}

uint64_t arch_entry_ticks(void)
{
	return boot_ticks;
}

uint64_t arch_ticks_to_us(uint64_t ticks)
{
	return ticks * 1000 / clock.khz;
}

const char *arch_clock_source(void)
{
	return clock.source;
}

uint64_t arch_clock_khz(void)
{
	return clock.khz;
}
