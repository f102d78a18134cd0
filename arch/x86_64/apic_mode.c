#include "arch/x86_64/apic_mode.h"

#include "arch/x86_64/registers.h"

#include <stddef.h>

#define MODE_BITS (IA32_APIC_BASE_EN | IA32_APIC_BASE_EXTD)

enum apic_mode apic_mode_of(uint64_t base)
{
	if (!(base & IA32_APIC_BASE_EN))
		return APIC_DISABLED;
	return base & IA32_APIC_BASE_EXTD ? APIC_X2APIC : APIC_XAPIC;
}

struct apic_choice apic_mode_choose(enum apic_mode found, bool has_x2apic, bool opt_out,
                                    uint32_t largest_apic_id)
{
	if (found != APIC_XAPIC || largest_apic_id <= XAPIC_ID_MAX)
		return (struct apic_choice){found, NULL};
	if (!has_x2apic)
		return (struct apic_choice){found, "CPUID offers no x2APIC mode"};
	if (opt_out)
		return (struct apic_choice){found, "the DMAR table opts out of x2APIC mode"};
	return (struct apic_choice){APIC_X2APIC, "xAPIC mode cannot address every APIC ID"};
}

unsigned apic_mode_steps(uint64_t base, enum apic_mode to, uint64_t steps[APIC_MODE_STEPS])
{
	enum apic_mode from = apic_mode_of(base);
	unsigned count = 0;

	if (from == to)
		return 0;
	base &= ~MODE_BITS;
	/* There is no transition from x2APIC to xAPIC mode, nor from disabled to x2APIC mode. */
	if (from == APIC_X2APIC && to == APIC_XAPIC)
		steps[count++] = base;
	if (from == APIC_DISABLED && to == APIC_X2APIC)
		steps[count++] = base | IA32_APIC_BASE_EN;
	steps[count++] = base | (to == APIC_X2APIC  ? MODE_BITS
	                         : to == APIC_XAPIC ? IA32_APIC_BASE_EN
	                                            : 0);
	return count;
}

bool apic_mode_same_id(enum apic_mode mode, uint32_t apic_id, uint32_t cpuid_apic_id)
{
	return mode == APIC_XAPIC ? apic_id == (cpuid_apic_id & 0xFF) : apic_id == cpuid_apic_id;
}
