/*
 * Free memory, in pages, from the loader's memory map. Pages are never freed, because nothing that
 * rootmode allocates ends before the run. Only the BSP calls these.
 */
#ifndef KERNEL_MEMORY_H
#define KERNEL_MEMORY_H

#include "kernel/tables/boot_information.h"

enum { PAGE_SIZE = 4096 };

enum memory_source {
	MEMORY_UNKNOWN,
	MEMORY_FROM_EFI_MAP,
	MEMORY_FROM_MAP,
	MEMORY_FROM_SIZES, /* how much there is from 0 on, and from 1 MiB on */
};

/*
 * Reads the available ranges of UEFI's map if the loader passes it, else of the loader's own map;
 * the largest, if there are too many to keep. Without a map, uses the memory size that the loader
 * reports.
 */
enum memory_source memory_init(const struct boot_information *information);

/*
 * Reserves size bytes at phys. Call it before memory is allocated. With many ranges, the memory
 * between two of them may be reserved, too.
 */
void memory_reserve(uint64_t phys, uint64_t size);

/*
 * Allocates count contiguous pages, not zeroed, below 4 GiB if possible. Under UEFI, memory that
 * its drivers never had goes first. Returns the physical address, or 0.
 */
uint64_t memory_take(uint64_t count);

/*
 * Allocates a page between 64 KiB and 640 KiB, where a CPU can start in real mode. Returns its
 * physical address, or 0.
 */
uint64_t memory_take_low(void);

/*
 * Return bytes: of all available ranges; of those that no software used under UEFI; of those that
 * there was no room to keep; of the first allocation that failed, or 0; of the largest free range
 * above 1 MiB.
 */
uint64_t memory_total(void);
uint64_t memory_unused(void);
uint64_t memory_left_out(void);
uint64_t memory_refused(void);
uint64_t memory_largest(void);

#endif
