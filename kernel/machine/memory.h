/*
 * Free memory, in pages, from the loader's memory map. Pages are handed out and not taken back:
 * nothing here ends before the machine does. Only the BSP calls these.
 */
#ifndef KERNEL_MEMORY_H
#define KERNEL_MEMORY_H

#include "kernel/tables/multiboot2.h"

enum { PAGE_SIZE = 4096 };

enum memory_source {
	MEMORY_UNKNOWN,
	MEMORY_FROM_MAP,
	MEMORY_FROM_SIZES, /* how much there is from 0 on, and from 1 MiB on */
};

/*
 * Takes over the available ranges of the loader's map, of very many the largest; without a map,
 * what the loader says of the memory's size.
 */
enum memory_source memory_init(const struct multiboot2 *information);

/* Keeps size bytes at phys from being handed out: before any are. Of many ranges, what lies between
 * two may be kept, too. */
void memory_reserve(uint64_t phys, uint64_t size);

/*
 * Physical address of count contiguous pages, not zeroed, below 4 GiB where there are such; 0 if
 * there are no more.
 */
uint64_t memory_take(uint64_t count);

/* Physical address of a page from 64 KiB up to 640 KiB, where a CPU can start in real mode; 0 if
 * there is none. */
uint64_t memory_take_low(void);

/* Bytes in the available ranges; those in ranges that were too many to keep; in the largest range
 * above 1 MiB that is left. */
uint64_t memory_total(void);
uint64_t memory_left_out(void);
uint64_t memory_largest(void);

#endif
