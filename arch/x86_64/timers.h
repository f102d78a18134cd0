/* The timers of a PC whose rate is known: what the time-stamp counter is measured against. */
#ifndef ARCH_X86_64_TIMERS_H
#define ARCH_X86_64_TIMERS_H

#include "kernel/tables/fadt.h"

#include <stdbool.h>
#include <stdint.h>

/* A timer that counts up. */
struct timer {
	bool (*start)(void);           /* false: the machine does not have it */
	bool (*read)(uint32_t *count); /* false: it may have wrapped; start it again */
	void (*stop)(void);            /* puts back what start() changed; NULL: nothing */
	uint32_t hz;
	uint32_t mask; /* of the bits that count */
};

extern const struct timer timers_pm, timers_pit;
extern struct timer timers_hpet; /* its rate is known once it was started */

/*
 * Where the PM timer and the HPET are. find_hpet returns the physical address of the HPET's
 * registers, or 0; it is called only if the HPET is needed.
 */
void timers_init(const struct fadt *fadt, uint64_t (*find_hpet)(void));

/* The rate that CPUID, or a hypervisor in CPUID, claims, in kHz; 0: none. */
uint64_t timers_cpuid_khz(void);
uint64_t timers_hypervisor_khz(void);

#endif
