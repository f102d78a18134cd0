/* The boot information of a PVH loader, in the form of a multiboot2 loader's. */
#ifndef KERNEL_LOADER_PVH_H
#define KERNEL_LOADER_PVH_H

#include "kernel/tables/boot_information.h"

/*
 * Reads the start information and maps what it points to. Returns NULL if all of it is well formed;
 * else what is wrong, and *information holds what can be used.
 */
const char *loader_read_pvh(struct boot_information *information);

#endif
