/* Time limits. */
#ifndef KERNEL_TIMEOUT_H
#define KERNEL_TIMEOUT_H

#include <stdbool.h>
#include <stdint.h>

/* Returns whether us microseconds have passed since arch_ticks() was since. */
bool timeout_passed(uint64_t since, uint64_t us);

#endif
