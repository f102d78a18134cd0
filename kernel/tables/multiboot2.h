/*
 * The boot information of a multiboot2 loader: Multiboot2 3.6 "Boot information". Pure; the bytes
 * are not trusted.
 */
#ifndef KERNEL_MULTIBOOT2_H
#define KERNEL_MULTIBOOT2_H

#include "kernel/tables/boot_information.h"

/* Returns the size in bytes that the header states; 0 if information is too short for one. */
uint32_t multiboot2_size(struct bytes information);

/*
 * Parses information into *result. Returns NULL if all of it is well formed; else what is wrong,
 * and *result holds what came before that.
 */
const char *multiboot2_parse(struct bytes information, struct boot_information *result);

#endif
