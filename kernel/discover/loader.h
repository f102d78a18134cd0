/* What the loader hands over: read once, by the BSP. */
#ifndef KERNEL_LOADER_H
#define KERNEL_LOADER_H

#include "kernel/tables/multiboot2.h"
#include "kernel/tables/options.h"

/*
 * Reads the loader's information: the command line into *options, the memory map into the page
 * allocator. What is wrong with it goes into the log, and the boot goes on with the rest.
 */
void loader_read(struct multiboot2 *information, struct options *options);

#endif
