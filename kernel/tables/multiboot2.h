/*
 * What the loader says: the multiboot2 boot information, Multiboot2 3.6 "Boot information". Pure;
 * the bytes are not trusted.
 */
#ifndef KERNEL_MULTIBOOT2_H
#define KERNEL_MULTIBOOT2_H

#include "kernel/lib/bytes.h"

struct multiboot2 {
	struct bytes
		command_line; /* without the ending zero; empty if not given, as all of these */
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
	uint64_t end; /* the first byte behind it */
	uint32_t type;
};

/* The size in bytes that the information's header claims; 0 if information is too short to say. */
uint32_t multiboot2_size(struct bytes information);

/*
 * Reads information into *result. NULL if all of it is well formed; else what is wrong with it,
 * and *result has what came before that.
 */
const char *multiboot2_parse(struct bytes information, struct multiboot2 *result);

/* Entry index of the memory map, into *range; false behind the last. A range never wraps. */
bool multiboot2_memory_range(const struct multiboot2 *info, size_t index,
                             struct memory_range *range);

#endif
