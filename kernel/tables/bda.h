/* The BIOS data area, the 256 bytes at 400H of a machine with a BIOS. Pure; the bytes are not
 * trusted. */
#ifndef KERNEL_BDA_H
#define KERNEL_BDA_H

#include "kernel/lib/bytes.h"

enum { BDA_PHYS = 0x400, BDA_SIZE = 0x100 };

/* Where the extended BIOS data area begins; 0 if the area names no place that can be true. */
uint64_t bda_ebda_phys(struct bytes bda);

/*
 * The end of the memory below 1 MiB that nobody but the loader's memory map may give away: the
 * EBDA, or the size of base memory, whichever is lower. 1 MiB if neither says anything that can be
 * true.
 */
uint64_t bda_low_end(struct bytes bda);

#endif
