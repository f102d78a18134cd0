/*
 * The list of CPUs from before ACPI: Intel's MultiProcessor Specification, version 1.4, chapter 4
 * "MP Configuration Table". A microVM without ACPI has no other. Pure; the bytes are not trusted.
 */
#ifndef KERNEL_MP_H
#define KERNEL_MP_H

#include "kernel/tables/acpi.h"
#include "kernel/tables/madt.h"

/*
 * Finds an intact MP configuration table by its floating pointer, which lies in the first KiB of
 * the EBDA, in the last KiB of base memory, or in the BIOS ROM. ebda_phys: 0 if there is none.
 * Empty if there is no table.
 */
struct bytes mp_find(acpi_map *map, uint64_t ebda_phys);

/* Returns how many IDs a table of this size can hold at most. */
uint32_t mp_capacity(struct bytes table);

/* Lists the enabled CPUs like madt_list_cpus(). The APIC IDs have 8 bits. */
const char *mp_list_cpus(struct bytes table, struct listed_cpus *cpus);

#endif
