#include "kernel/machine/progress.h"

#include <stdatomic.h>

static _Atomic uint32_t made;

void progress_made(void)
{
	atomic_fetch_add(&made, 1);
}

struct progress_wait progress_wait_begin(void)
{
	return (struct progress_wait){wait_begin(), atomic_load(&made)};
}

bool progress_wait_is_over(struct progress_wait *wait, uint64_t us)
{
	if (wait->seen != atomic_load(&made))
		*wait = progress_wait_begin();
	return wait_is_over(&wait->wait, us);
}
