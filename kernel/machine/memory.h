/*
 * Free memory, in pages, from the loader's memory map. Pages are handed out and not taken back:
 * nothing here ends before the machine does. Only the BSP calls these.
 */
#ifndef KERNEL_MEMORY_H
#define KERNEL_MEMORY_H

#include "kernel/tables/multiboot2.h"

enum { PAGE_SIZE = 4096 };

/* Takes over the available ranges of the loader's map. */
void memory_init(const struct multiboot2 *information);

/* Keeps size bytes at phys from being handed out: before any are. Of many ranges, what lies between
 * two may be kept, too. */
void memory_reserve(uint64_t phys, uint64_t size);

/*
 * Physical address of count contiguous pages, not zeroed, below 4 GiB where there are such; 0 if
 * there are no more.
 */
uint64_t memory_take(uint64_t count);

/* Physical address of a page below 1 MiB, where a CPU can start in real mode; 0 if there is none.
 */
uint64_t memory_take_low(void);

/* Bytes in the available ranges. */
uint64_t memory_total(void);

#endif
