/*
 * The EFI system table: kernel/tables/efi.h. The input is physical memory from 4 KiB on, with the
 * system table at its start.
 */
#include "kernel/tables/efi.h"
#include "tests/fuzz/fuzz.h"

enum { MEMORY_PHYS = 0x1000 };

static struct bytes memory;
static unsigned looks;

static const void *map(uint64_t phys, uint64_t size)
{
	uint64_t offset = phys - MEMORY_PHYS;

	looks++;
	if (phys < MEMORY_PHYS || offset > memory.size || size > memory.size - offset)
		return NULL;
	return memory.at + offset;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	memory = (struct bytes){data, size};
	for (int wide = 0; wide < 2; wide++) {
		uint64_t phys;

		looks = 0;
		phys = efi_find_rsdp(map, MEMORY_PHYS, wide);
		require(looks <= 2);
		require(wide || phys <= UINT32_MAX);
		require(phys == 0 || size >= (wide ? 120 : 72)); /* the tables may lie inside */
	}
	return 0;
}
