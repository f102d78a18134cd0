#include "arch/x86_64/mtrr.h"

#include "arch/x86_64/instructions.h"
#include "arch/x86_64/register_instructions.h"
#include "arch/x86_64/registers.h"

enum { RANGES_MAX = 16 };

#define LEGACY_END (1ull << 20) /* below, the fixed ranges set the memory type */

/*
 * The ranges that are smaller than a block or not aligned to one: bits of the mask below the
 * block's size say so. All others cover a block whole or not at all.
 */
static struct {
	bool found;
	unsigned count;
	struct mtrr_range ranges[RANGES_MAX];
} small;

static bool is_small(uint64_t mask, uint64_t size)
{
	return (mask & MTRR_PHYSMASK_USED) && (mask & (size - 1) & ~0xFFFull);
}

bool mtrr_range_splits(const struct mtrr_range *range, uint64_t phys, uint64_t size)
{
	return is_small(range->mask, size) &&
	       ((range->base ^ phys) & range->mask & ~(size - 1)) == 0;
}

static void find_small(uint64_t size)
{
	uint64_t capabilities = 0;
	struct mtrr_range range;

	small.found = true;
	if (!(cpuid(1, 0).edx & CPUID_1_EDX_MTRR))
		return;
	rdmsr_safe(IA32_MTRRCAP, &capabilities);
	for (unsigned i = 0; i < (capabilities & MTRRCAP_VARIABLE); i++) {
		rdmsr_safe(IA32_MTRR_PHYSMASK0 + 2 * i, &range.mask);
		if (!is_small(range.mask, size) || small.count == RANGES_MAX)
			continue;
		rdmsr_safe(IA32_MTRR_PHYSBASE0 + 2 * i, &range.base);
		small.ranges[small.count++] = range;
	}
}

bool mtrr_split(uint64_t phys, uint64_t size)
{
	if (phys < LEGACY_END)
		return true;
	if (!small.found)
		find_small(size);
	for (unsigned i = 0; i < small.count; i++) {
		if (mtrr_range_splits(&small.ranges[i], phys, size))
			return true;
	}
	return false;
}
