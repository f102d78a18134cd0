#include "kernel/record/inherited.h"

#include "arch/x86_64/registers.h"

void inherited_cr0(struct inherited *inherited, uint64_t cr0)
{
	if (!inherited->taken_over)
		inherited->cr0 = cr0;
}

bool inherited_uncached(const struct inherited *inherited)
{
	return inherited->cr0 & CR0_CD;
}

const char *apic_mode_name(enum apic_mode mode)
{
	static const char *const names[] = {
		[APIC_ABSENT] = "none",
		[APIC_DISABLED] = "disabled",
		[APIC_XAPIC] = "xapic",
		[APIC_X2APIC] = "x2apic",
	};

	return names[mode];
}
