/* Physical memory for tests: tables at addresses; nothing else can be mapped. */
#ifndef TESTS_UNIT_PHYSICAL_H
#define TESTS_UNIT_PHYSICAL_H

#include "tests/unit/unit.h"

/* Puts what was written at phys, in memory of exactly its size. */
void physical_put(uint64_t phys, const struct unit_writer *from);

/* An acpi_map: NULL for anything that does not lie wholly in one of these. */
const void *physical_map(uint64_t phys, uint64_t size);

#endif
