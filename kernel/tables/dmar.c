#include "kernel/tables/dmar.h"

enum { FLAGS_OFFSET = 37, FLAG_X2APIC_OPT_OUT = 1 << 1 };

bool dmar_opts_out_of_x2apic(struct bytes table)
{
	uint8_t flags;

	return bytes_u8(table, FLAGS_OFFSET, &flags) && (flags & FLAG_X2APIC_OPT_OUT);
}
