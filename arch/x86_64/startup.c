#include "arch/x86_64/startup.h"

#include "kernel/lib/count.h"

/* Intel CPUs of family 15: Pentium 4, Pentium D and the Xeons like them. Linux waits, too. */
bool startup_needs_wait(uint32_t signature)
{
	uint32_t family = signature >> 8 & 0xF;
	uint32_t extended_family = signature >> 20 & 0xFF;

	return family == 15 && extended_family == 0;
}

uint32_t startup_interval_us(unsigned sent)
{
	static const uint32_t intervals_us[] = {0, 200, 2000, 10000, 100000, 400000};
	enum { LAST = COUNT_OF(intervals_us) - 1 };

	return intervals_us[sent < LAST ? sent : LAST];
}
