/*
 * Waits for other CPUs as long as there is progress. A host hypervisor may make every step slow, so
 * a limit for the whole would give up CPUs that are well.
 */
#ifndef KERNEL_PROGRESS_H
#define KERNEL_PROGRESS_H

#include "kernel/machine/wait.h"

struct progress_wait {
	struct wait wait;
	uint32_t seen;
};

/* Starts the time of all such waits anew. Any CPU may call it, as often as it likes. */
void progress_made(void);

struct progress_wait progress_wait_begin(void);

/* Returns whether no CPU has made progress for us microseconds: see wait_is_over(). */
bool progress_wait_is_over(struct progress_wait *wait, uint64_t us);

#endif
