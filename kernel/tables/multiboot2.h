/*
 * The boot information of a multiboot2 loader: Multiboot2 3.6 "Boot information". Pure; the bytes
 * are not trusted.
 */
#ifndef KERNEL_MULTIBOOT2_H
#define KERNEL_MULTIBOOT2_H

#include "kernel/lib/bytes.h"

struct multiboot2 {
	struct bytes command_line; /* without its terminating zero; empty if missing, like all of
	                              these */
	struct bytes loader_name;
	struct bytes memory_map; /* entries, for multiboot2_memory_range */
	uint32_t memory_entry_size;
	uint32_t lower_kib;    /* of memory, from 0 on; 0 if not given, as the next */
	uint32_t upper_kib;    /* from 1 MiB on, up to the first hole */
	struct bytes rsdp_old; /* ACPI 1.0 RSDP */
	struct bytes rsdp_new; /* ACPI 2.0 RSDP */
	struct bytes framebuffer;
	bool efi; /* the firmware is UEFI */
};

enum { MULTIBOOT2_MEMORY_AVAILABLE = 1 };

struct memory_range {
	uint64_t start;
	uint64_t end; /* the first byte after it */
	uint32_t type;
};

/* Returns the size in bytes that the header states; 0 if information is too short for one. */
uint32_t multiboot2_size(struct bytes information);

/*
 * Parses information into *result. Returns NULL if all of it is well formed; else what is wrong,
 * and *result holds what came before that.
 */
const char *multiboot2_parse(struct bytes information, struct multiboot2 *result);

/* Reads entry index of the memory map into *range, which never wraps. Returns false after the last.
 */
bool multiboot2_memory_range(const struct multiboot2 *info, size_t index,
                             struct memory_range *range);

#endif
