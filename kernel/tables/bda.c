#include "kernel/tables/bda.h"

enum {
	EBDA_SEGMENT = 0x0E,
	BASE_KIB = 0x13,
	LOWEST = 0x10000,  /* no firmware leaves less than 64 KiB */
	HIGHEST = 0xA0000, /* the start of the display's memory */
	MIB = 0x100000,
};

static uint64_t plausible(uint64_t phys)
{
	return phys >= LOWEST && phys <= HIGHEST ? phys : 0;
}

uint64_t bda_ebda_phys(struct bytes bda)
{
	uint16_t segment;

	bytes_u16(bda, EBDA_SEGMENT, &segment);
	return plausible((uint64_t)segment << 4);
}

/* Takes the lower of the two, which can differ: memory above either may be in use. */
uint64_t bda_low_end(struct bytes bda)
{
	uint64_t ebda = bda_ebda_phys(bda), base;
	uint16_t kib;

	bytes_u16(bda, BASE_KIB, &kib);
	base = plausible((uint64_t)kib << 10);
	if (ebda != 0 && (base == 0 || ebda < base))
		return ebda;
	return base != 0 ? base : MIB;
}
