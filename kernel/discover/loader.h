/* The boot information, from either kind of loader. */
#ifndef KERNEL_LOADER_H
#define KERNEL_LOADER_H

#include "kernel/tables/boot_information.h"
#include "kernel/tables/options.h"

/*
 * Reads the boot information: the command line into *options, the memory map into the page
 * allocator. Logs what is wrong with it, and continues with the rest.
 */
void loader_read(struct boot_information *information, struct options *options);

#endif
