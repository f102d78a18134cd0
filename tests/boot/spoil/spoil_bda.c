/* Changes the words of the BIOS data area about memory below 640 KiB. */
#include "tests/boot/spoil/spoil.h"

enum { EBDA_SEGMENT = 0x40E, BASE_KIB = 0x413 };

/* Hides the address from the compiler, which would report such a low one as a mistake. */
static void write_word(uint32_t phys, uint16_t value)
{
	__asm__ volatile("movw %1, (%0)" ::"r"(phys), "r"(value) : "memory");
}

void bda_spoil_ebda(const char *value)
{
	uint16_t segment = (uint16_t)number_take(&value);

	write_word(EBDA_SEGMENT, segment);
	print_value("EBDA's segment", segment);
}

void bda_spoil_base_memory(const char *value)
{
	uint16_t kib = (uint16_t)number_take(&value);

	write_word(BASE_KIB, kib);
	print_value("KiB of base memory:", kib);
}
