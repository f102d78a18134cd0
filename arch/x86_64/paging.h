/* The page tables that all CPUs share. Only the BSP changes them, before the CPU that needs it
 * runs. */
#ifndef ARCH_X86_64_PAGING_H
#define ARCH_X86_64_PAGING_H

#include <stdbool.h>
#include <stdint.h>

/* Physical memory that is mapped is at this address plus its own. */
#define DIRECT_MAP 0xFFFF800000000000ull

/*
 * Maps the page at phys at address, which must not be mapped yet; flags as in a page-table entry,
 * without which a page is read-only and, unless executable, not to be executed. False if the page
 * tables run out.
 */
bool paging_map(uint64_t address, uint64_t phys, uint64_t flags, bool executable);

/* Maps size bytes of device registers, uncached; NULL if that cannot be. */
void *paging_map_device(uint64_t phys, uint64_t size);

/* Maps a display's memory, write-combining on a CPU that has been set up so: see screen.c. */
void *paging_map_display(uint64_t phys, uint64_t size);

/* What CR3 holds. */
uint64_t paging_root_phys(void);

#endif
