/* The timers of a PC whose rate is known. The TSC is measured against one of them. */
#ifndef ARCH_X86_64_TIMERS_H
#define ARCH_X86_64_TIMERS_H

#include "kernel/tables/fadt.h"

#include <stdbool.h>
#include <stdint.h>

/* A timer that counts up. */
struct timer {
	bool (*start)(void);           /* returns false if the machine does not have it */
	bool (*read)(uint32_t *count); /* returns false if it may have wrapped: start it again */
	void (*stop)(void);            /* undoes start(); NULL: nothing to undo */
	uint32_t hz;
	uint32_t mask; /* of the bits that count */
};

extern const struct timer timers_pm, timers_pit;
extern struct timer timers_hpet; /* start() sets its rate */

/*
 * Sets where the PM timer and the HPET are. find_hpet returns the physical address of the HPET's
 * registers, or 0. It is called only if the HPET is needed.
 */
void timers_init(const struct fadt *fadt, uint64_t (*find_hpet)(void));

/* Return the TSC rate in kHz that the CPU, or a host hypervisor, reports in CPUID; 0 if none. */
uint64_t timers_cpuid_khz(void);
uint64_t timers_hypervisor_khz(void);

#endif
