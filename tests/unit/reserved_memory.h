/* What a test reserves, in place of kernel/machine/memory.c. Each test program includes it once. */
#ifndef TESTS_UNIT_RESERVED_MEMORY_H
#define TESTS_UNIT_RESERVED_MEMORY_H

#include "kernel/machine/memory.h"
#include "tests/unit/unit.h"

static struct {
	uint64_t phys, size;
} reserved[8];
static size_t reserved_count;

void memory_reserve(uint64_t phys, uint64_t size)
{
	assert_true(reserved_count < COUNT_OF(reserved));
	reserved[reserved_count].phys = phys;
	reserved[reserved_count++].size = size;
}

static inline bool is_reserved(uint64_t phys, uint64_t size)
{
	for (size_t i = 0; i < reserved_count; i++) {
		if (reserved[i].phys == phys && reserved[i].size == size)
			return true;
	}
	return false;
}

#endif
