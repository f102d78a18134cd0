/*
 * The BIOS data area, the 256 bytes at 400H of a machine with a BIOS. Pure; the bytes are not
 * trusted.
 */
#ifndef KERNEL_BDA_H
#define KERNEL_BDA_H

#include "kernel/lib/bytes.h"

enum { BDA_PHYS = 0x400, BDA_SIZE = 0x100 };

/* Returns the address of the extended BIOS data area; 0 if the value is implausible. */
uint64_t bda_ebda_phys(struct bytes bda);

/*
 * Returns the end of the memory below 1 MiB that may be used, whatever the loader's memory map
 * says: the EBDA or the size of base memory, whichever is lower. 1 MiB if both are implausible.
 */
uint64_t bda_low_end(struct bytes bda);

#endif
