/*
 * The EFI system table. rootmode uses it only to find the RSDP, if the loader did not pass one:
 * UEFI 2.10, "EFI System Table" and "EFI Configuration Table". Pure; the bytes are not trusted.
 */
#ifndef KERNEL_EFI_H
#define KERNEL_EFI_H

#include "kernel/tables/acpi.h"

/*
 * Returns the physical address of the RSDP that the system table at phys names, the one of ACPI 2.0
 * if there are two; 0 if there is none. wide: the firmware has 64-bit pointers.
 */
uint64_t efi_find_rsdp(acpi_map *map, uint64_t phys, bool wide);

#endif
