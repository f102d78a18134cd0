#include "kernel/tables/hpet.h"

/* A Generic Address Structure: ACPI 6.5 5.2.3.2 "Generic Address Structure" */
enum { ADDRESS_SPACE = 40, ADDRESS = 44, SPACE_MEMORY = 0 };

uint64_t hpet_phys(struct bytes table)
{
	uint64_t address;
	uint8_t space;

	if (!bytes_u8(table, ADDRESS_SPACE, &space) || space != SPACE_MEMORY ||
	    !bytes_u64(table, ADDRESS, &address))
		return 0;
	return address;
}
