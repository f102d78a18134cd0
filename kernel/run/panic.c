#include "kernel/run/panic.h"

#include "kernel/machine/arch.h"
#include "kernel/console/log.h"

#include <stdatomic.h>

static const struct cpu *_Atomic owner; /* the CPU that panics */
static unsigned times;                  /* that it has panicked so far */
static const struct panic_ending *ending;

void panic_prepare(const struct panic_ending *how)
{
	ending = how;
}

/*
 * The first CPU wins by compare-and-swap. A panic of the owner itself comes from its own report:
 * the next two attempts print less, and the fourth only halts, so that a broken report cannot loop
 * for ever.
 */
void panic_begin(void)
{
	const struct cpu *self = arch_this_cpu(), *before = NULL;

	if (!atomic_compare_exchange_strong(&owner, &before, self) &&
	    (before != self || times == 3))
		arch_end(EXIT_HALT, 0);
	if (times++ == 0)
		arch_stop_everyone(ending->cpus);
	log_finish_line();
}

/*
 * If the report itself failed, does not print it again; if the count line failed, leaves it out,
 * too.
 */
void panic_end(enum reason reason)
{
	if (times > 1)
		ending->without_report(reason, times == 2);
	else
		ending->with_report(reason);
	arch_end(EXIT_HALT, 0);
}

/*
 * gcc and clang call it, with -fstack-protector, when a function has overwritten its stack canary.
 * The caller is that function.
 */
__attribute__((noreturn)) void __stack_chk_fail(void);

void __stack_chk_fail(void)
{
	const void *caller = __builtin_return_address(0);

	panic_begin();
	log_line("rootmode", "error: stack smashing detected, at RIP %#lx", (uint64_t)caller);
	panic_end(REASON_PANIC);
}
