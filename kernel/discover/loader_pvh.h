/* What a PVH loader hands over, in the form that a multiboot2 loader's information has. */
#ifndef KERNEL_LOADER_PVH_H
#define KERNEL_LOADER_PVH_H

#include "kernel/tables/multiboot2.h"

/*
 * Reads the start information and maps what it refers to. Returns NULL if all of it is well formed;
 * else what is wrong, and *information has what can be used.
 */
const char *loader_read_pvh(struct multiboot2 *information);

#endif
