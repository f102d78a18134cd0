/*
 * Waits for others, which may be interrupted: a virtual machine is paused, or SMIs come one after
 * another.
 */
#ifndef KERNEL_WAIT_H
#define KERNEL_WAIT_H

#include <stdbool.h>
#include <stdint.h>

struct wait {
	uint64_t last_ticks;
	uint64_t spent_ticks;
};

struct wait wait_begin(void);

/*
 * Whether the wait has lasted us microseconds. Look for what is awaited before each call: a call
 * adds at most 10 ms, however long ago the one before was. So a gap in which nobody ran is no
 * reason to give anybody up.
 */
bool wait_is_over(struct wait *wait, uint64_t us);

#endif
