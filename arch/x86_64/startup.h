/* The timing of INIT-SIPI-SIPI. Pure. */
#ifndef ARCH_X86_64_STARTUP_H
#define ARCH_X86_64_STARTUP_H

#include <stdbool.h>
#include <stdint.h>

/* Returns true if CPUs with this CPUID.1:EAX need 10 ms between INIT and SIPI. */
bool startup_needs_wait(uint32_t signature);

/*
 * Returns the time in microseconds after which a CPU that was sent this many SIPIs, and has not
 * started, is sent another. It counts from the last SIPI, so a gap is not followed by a burst.
 */
uint32_t startup_interval_us(unsigned sent);

#endif
