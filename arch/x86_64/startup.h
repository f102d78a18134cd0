/* When a CPU gets INIT and SIPI. Pure. */
#ifndef ARCH_X86_64_STARTUP_H
#define ARCH_X86_64_STARTUP_H

#include <stdbool.h>
#include <stdint.h>

/* Whether CPUs with this CPUID.1:EAX need 10 ms between INIT and SIPI. */
bool startup_needs_wait(uint32_t signature);

/*
 * After how many microseconds a CPU that has got so many SIPIs, and is still silent, gets another.
 * The time counts from the SIPI before, so that none are sent in a burst after a gap.
 */
uint32_t startup_interval_us(unsigned sent);

#endif
