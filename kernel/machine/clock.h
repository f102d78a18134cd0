/* Time, for waits that are bounded. */
#ifndef KERNEL_CLOCK_H
#define KERNEL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Whether us microseconds have passed since arch_ticks() was since. */
bool clock_passed(uint64_t since, uint64_t us);

#endif
