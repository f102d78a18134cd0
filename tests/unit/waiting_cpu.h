/*
 * A CPU that waits for others, on the host: each PAUSE takes a millisecond, in which the others do
 * what the test says. Each test program includes it once.
 */
#ifndef TESTS_UNIT_WAITING_CPU_H
#define TESTS_UNIT_WAITING_CPU_H

#include "arch/x86_64/instructions.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/progress.h"
#include "tests/unit/unit.h"

static uint64_t now_us;
static void (*others)(void); /* what they do, once */

uint64_t arch_ticks(void)
{
	return now_us;
}

uint64_t arch_ticks_to_us(uint64_t ticks)
{
	return ticks;
}

void arch_clock_poll(void)
{
}

void pause(void)
{
	void (*once)(void) = others;

	now_us += 1000;
	others = NULL;
	if (once != NULL)
		once();
}

#endif
