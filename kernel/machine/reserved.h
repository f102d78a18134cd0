/* Memory that must not be allocated, whatever the memory map says. */
#ifndef KERNEL_RESERVED_H
#define KERNEL_RESERVED_H

#include <stdint.h>

/* Where there is no room for one range more, it grows together with the one that is nearest. */
void reserved_add(uint64_t phys, uint64_t size);

/* Returns the end of a reserved range that overlaps this one, or 0. */
uint64_t reserved_conflict(uint64_t start, uint64_t end);

#endif
