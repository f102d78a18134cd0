/*
 * For tests of the log itself: a clock of 1 MHz, and a console's reader. Each test program includes
 * it once.
 */
#ifndef TESTS_UNIT_LOG_CLOCK_H
#define TESTS_UNIT_LOG_CLOCK_H

#include "kernel/console/ring.h"
#include "kernel/machine/arch.h"
#include "tests/unit/unit.h"

static uint64_t ticks;
static struct ring_reader console;

uint64_t arch_ticks(void)
{
	return ticks;
}

uint64_t arch_entry_ticks(void)
{
	return 1000;
}

uint64_t arch_ticks_to_us(uint64_t count)
{
	return count;
}

/* Returns everything that a reader has not read yet. */
static const char *read_rest(struct ring_reader *reader)
{
	struct unit_capture *rest = unit_capture();
	char character;

	while (ring_read(reader, &character))
		rest->text.put(&rest->text, character);
	return rest->at;
}

#endif
