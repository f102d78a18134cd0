#include "kernel/run/panic.h"

#include "kernel/machine/arch.h"
#include "kernel/console/log.h"

#include <stdatomic.h>

static const struct cpu *_Atomic owner; /* the CPU whose panic it is */
static unsigned times;                  /* that it has panicked */
static const struct panic_ending *ending;

void panic_prepare(const struct panic_ending *how)
{
	ending = how;
}

void panic_begin(void)
{
	const struct cpu *self = arch_this_cpu(), *before = NULL;

	if (!atomic_compare_exchange_strong(&owner, &before, self) &&
	    (before != self || times == 3))
		arch_end(EXIT_HALT, 0);
	if (times++ == 0)
		arch_stop_everyone();
	log_finish_line();
}

/* What has failed while it reported a failure is not tried again. */
void panic_end(enum reason reason)
{
	if (times > 1)
		ending->without_report(reason, times == 2);
	else
		ending->with_report(reason);
	arch_end(EXIT_HALT, 0);
}

void panic(const char *what)
{
	panic_begin();
	log_line("rootmode", "error: %s", what);
	panic_end(REASON_PANIC);
}

/* Called by code of the compiler's where a function finds its stack overrun. */
__attribute__((noreturn)) void __stack_chk_fail(void);

void __stack_chk_fail(void)
{
	panic("stack smashing detected");
}
