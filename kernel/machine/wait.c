#include "kernel/machine/wait.h"

#include "kernel/machine/arch.h"

enum { LOOK_MOST_US = 10000 };

struct wait wait_begin(void)
{
	return (struct wait){.last_ticks = arch_ticks()};
}

/* Somebody may set the TSC back, or this CPU's may be behind. */
static uint64_t ticks_since(uint64_t last)
{
	uint64_t now = arch_ticks();

	return now > last ? now - last : 0;
}

static uint64_t bounded(uint64_t ticks)
{
	uint64_t us = arch_ticks_to_us(ticks);

	return us > LOOK_MOST_US ? ticks / us * LOOK_MOST_US : ticks;
}

bool wait_is_over(struct wait *wait, uint64_t us)
{
	arch_clock_poll();
	wait->spent_ticks += bounded(ticks_since(wait->last_ticks));
	wait->last_ticks = arch_ticks();
	return arch_ticks_to_us(wait->spent_ticks) >= us;
}
