#include "kernel/machine/timeout.h"

#include "kernel/machine/arch.h"

bool timeout_passed(uint64_t since, uint64_t us)
{
	arch_clock_poll();
	return arch_ticks_to_us(arch_ticks() - since) >= us;
}
