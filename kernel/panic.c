#include "kernel/panic.h"

#include "kernel/arch.h"
#include "kernel/console.h"
#include "kernel/log.h"
#include "kernel/run.h"

#include <stdatomic.h>

static atomic_flag begun = ATOMIC_FLAG_INIT;

void panic_begin(void)
{
	if (atomic_flag_test_and_set(&begun))
		arch_end(EXIT_HALT, 0);
	arch_stop_everyone();
	log_finish_line();
}

void panic_end(enum reason reason)
{
	run_end_with_error(reason);
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
	panic("a function has overrun its part of the stack");
}
