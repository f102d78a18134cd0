#include "kernel/record/inherited.h"

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
