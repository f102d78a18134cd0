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
	bool efi;          /* the firmware is UEFI */
	bool efi_64;       /* its system table has 64-bit pointers */
	uint64_t efi_phys; /* of the system table; 0: not known */
	uint32_t modules;  /* how many the loader has loaded; rootmode uses none */
	bool kexec;        /* Linux ran until now, and started rootmode by kexec */

	/* UEFI's memory map when its boot services ended, for boot_information_efi_range */
	struct bytes efi_map;
	uint32_t efi_entry_size;
};

enum { MEMORY_RANGE_AVAILABLE = 1, MEMORY_RANGE_ACPI_RECLAIMABLE = 3 };

/*
 * The types of UEFI's map that are free once its boot services have ended: UEFI 2.10 7.2.1
 * "EFI_BOOT_SERVICES.AllocatePages()"
 */
enum {
	EFI_LOADER_CODE = 1,        /* from here on, software has used it */
	EFI_BOOT_SERVICES_DATA = 4, /* up to here */
	EFI_CONVENTIONAL_MEMORY = 7,
};

struct memory_range {
	uint64_t start;
	uint64_t end; /* the first byte after it */
	uint32_t type;
};

/*
 * Reads entry index of the memory map into *range, which never wraps. Returns false after the last.
 */
bool boot_information_range(const struct boot_information *information, size_t index,
                            struct memory_range *range);

/* The same for UEFI's memory map. The type is one of UEFI's. */
bool boot_information_efi_range(const struct boot_information *information, size_t index,
                                struct memory_range *range);

#endif
