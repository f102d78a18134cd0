/*
 * What the loader tells of itself and of the machine, whichever boot protocol it speaks. The
 * parsers of multiboot2.h and pvh.h fill it. Pure; the bytes are not trusted.
 */
#ifndef KERNEL_BOOT_INFORMATION_H
#define KERNEL_BOOT_INFORMATION_H

#include "kernel/lib/bytes.h"

struct boot_information {
	struct bytes command_line; /* without its terminating zero; empty if missing, like all of
	                              these */
	struct bytes loader_name;
	struct bytes memory_map; /* entries, for boot_information_range */
	uint32_t memory_entry_size;
	uint32_t lower_kib;    /* of memory, from 0 on; 0 if not given, as the next */
	uint32_t upper_kib;    /* from 1 MiB on, up to the first hole */
	struct bytes rsdp_old; /* ACPI 1.0 RSDP */
	struct bytes rsdp_new; /* ACPI 2.0 RSDP */
	struct bytes framebuffer;
	bool efi; /* the firmware is UEFI */
};

enum { MEMORY_RANGE_AVAILABLE = 1 };

struct memory_range {
	uint64_t start;
	uint64_t end; /* the first byte after it */
	uint32_t type;
};

/* Reads entry index of the memory map into *range, which never wraps. Returns false after the last.
 */
bool boot_information_range(const struct boot_information *information, size_t index,
                            struct memory_range *range);

#endif
