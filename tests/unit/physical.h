/* Physical memory for tests: tables at given addresses. Nothing else can be mapped. */
#ifndef TESTS_UNIT_PHYSICAL_H
#define TESTS_UNIT_PHYSICAL_H

#include "tests/unit/unit.h"

/* Puts the written bytes at phys, in memory of exactly their size; again at one phys, instead. */
void physical_put(uint64_t phys, const struct unit_writer *from);

/* Puts an ACPI table of that size, with a right checksum. */
void physical_put_table(uint64_t phys, const char *signature, size_t size);

/* An acpi_map. Returns NULL for a range that is not completely inside one of them. */
const void *physical_map(uint64_t phys, uint64_t size);

/* Returns the address of what physical_map() has returned. */
uint64_t physical_address(const void *mapped);

#endif
