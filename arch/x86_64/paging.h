/*
 * The page tables, which all CPUs share. Only the BSP changes them, before a CPU that needs the
 * change runs: so there is no lock, and no TLB of another CPU to flush.
 */
#ifndef ARCH_X86_64_PAGING_H
#define ARCH_X86_64_PAGING_H

#include <stdbool.h>
#include <stdint.h>

/* The direct map: physical address p is mapped at DIRECT_MAP + p, if it is mapped at all. */
#define DIRECT_MAP 0xFFFF800000000000ull

/*
 * Maps the page at phys to address, which must not be mapped yet. flags are bits of a page-table
 * entry; with none, the page is read-only. It is execute-disable unless executable is set. Returns
 * false if there is no memory for a page table.
 */
bool paging_map(uint64_t address, uint64_t phys, uint64_t flags, bool executable);

/* Maps size bytes of device registers, uncached. Returns NULL if there is no memory or address. */
void *paging_map_device(uint64_t phys, uint64_t size);

/* Maps a framebuffer, write-combining on a CPU whose PAT is set up for it: see devices/vga.c. */
void *paging_map_display(uint64_t phys, uint64_t size);

/* Returns the physical address of the top page table: the value of CR3. */
uint64_t paging_root_phys(void);

#endif
