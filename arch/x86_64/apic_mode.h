/* Decides between xAPIC and x2APIC mode for a CPU's local APIC. Pure. */
#ifndef ARCH_X86_64_APIC_MODE_H
#define ARCH_X86_64_APIC_MODE_H

#include "kernel/record/inherited.h"

#include <stdbool.h>
#include <stdint.h>

enum { XAPIC_ID_MAX = 254, APIC_MODE_STEPS = 2 };

/* Returns the mode that a value of IA32_APIC_BASE selects. */
enum apic_mode apic_mode_of(uint64_t base);

struct apic_choice {
	enum apic_mode mode;
	const char *why; /* a clause; NULL: no APIC ID requires another mode */
};

/*
 * Chooses the mode for a CPU that was found in xAPIC or x2APIC mode. Firmware's SMM code may access
 * the local APIC in the mode that it left and in no other, so the mode changes only where an APIC
 * ID needs it. opt_out: the DMAR table asks software to stay in xAPIC mode.
 */
struct apic_choice apic_mode_choose(enum apic_mode found, bool has_x2apic, bool opt_out,
                                    uint32_t largest_apic_id);

/*
 * Stores in steps the values to write to IA32_APIC_BASE, one after the other, to change from base
 * to another mode. Not every change is allowed in one step: SDM vol. 3A 10.12.5.1 "x2APIC States".
 * Returns the number of values.
 */
unsigned apic_mode_steps(uint64_t base, enum apic_mode to, uint64_t steps[APIC_MODE_STEPS]);

/* Whether a local APIC's ID is the one that CPUID states: in xAPIC mode, as far as 8 bits go. */
bool apic_mode_same_id(enum apic_mode mode, uint32_t apic_id, uint32_t cpuid_apic_id);

#endif
