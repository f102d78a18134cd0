/* The MTRRs of the calling CPU. */
#ifndef ARCH_X86_64_MTRR_H
#define ARCH_X86_64_MTRR_H

#include <stdbool.h>
#include <stdint.h>

/* A variable range: the values of IA32_MTRR_PHYSBASEn and IA32_MTRR_PHYSMASKn. */
struct mtrr_range {
	uint64_t base;
	uint64_t mask;
};

/* Returns true if the range begins or ends inside the block of this size, a power of 2. Pure. */
bool mtrr_range_splits(const struct mtrr_range *range, uint64_t phys, uint64_t size);

/*
 * Returns true if the block at phys may have more than one memory type. Its size must be the same
 * in every call, a power of 2, 1 MiB or more.
 */
bool mtrr_split(uint64_t phys, uint64_t size);

#endif
