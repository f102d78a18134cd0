/*
 * ACPI's tables: from the RSDP to a table by its signature, ACPI 6.5 5.2.5 "Root System Description
 * Pointer (RSDP)" and after. Pure: a function of the caller's maps physical memory; the bytes are
 * not trusted.
 */
#ifndef KERNEL_ACPI_H
#define KERNEL_ACPI_H

#include "kernel/lib/bytes.h"

/* An RSDP's size in bytes, of ACPI 1.0 and since, and where its revision stands. */
enum { ACPI_RSDP_OLD_SIZE = 20, ACPI_RSDP_SIZE = 36, ACPI_RSDP_REVISION = 15 };

/* Maps size bytes of physical memory at phys. Returns NULL if that is not possible. */
typedef const void *acpi_map(uint64_t phys, uint64_t size);

struct acpi_rsdp {
	uint64_t xsdt_phys; /* 0 if there is none, as in rsdt_phys */
	uint32_t rsdt_phys;
	uint8_t revision; /* 0 is ACPI 1.0 */
};

/* An intact RSDT or XSDT. */
struct acpi_root {
	struct bytes table; /* empty: no tables */
	bool extended;      /* XSDT: entries of 8 bytes */
};

/*
 * Reads an RSDP. Returns NULL if it is intact, else what is wrong with it. rsdt_phys is valid even
 * then: it is 0 unless the ACPI 1.0 part is intact.
 */
const char *acpi_read_rsdp(struct bytes from, struct acpi_rsdp *rsdp);

/*
 * Finds an RSDP whose part of ACPI 1.0 is intact where a BIOS puts it: in the first KiB of the
 * EBDA, at ebda_phys unless that is 0, or from E0000H to FFFFFH. ACPI 6.5 5.2.5.1 "Finding the RSDP
 * on IA-PC Systems". Empty if there is none.
 */
struct bytes acpi_search_rsdp(acpi_map *map, uint64_t ebda_phys);

/* Finds such an RSDP in other memory. Empty if there is none. */
struct bytes acpi_search_rsdp_in(acpi_map *map, uint64_t phys, uint64_t size);

/* Reads the RSDT, or the XSDT if extended, at phys. Returns NULL, or what is wrong with it. */
const char *acpi_read_root(acpi_map *map, uint64_t phys, bool extended, struct acpi_root *root);

/*
 * Finds the first intact table with signature, and sets *table to it, header included. Returns NULL
 * if there is one; else why not: none has the signature, or what is wrong with the one that has.
 */
const char *acpi_find_table(acpi_map *map, const struct acpi_root *root, const char *signature,
                            struct bytes *table);

/*
 * Finds the next intact table with signature, from entry *index of the root on, and sets *index
 * past it. Returns false after the last. *index is 0 at first.
 */
bool acpi_next_table(acpi_map *map, const struct acpi_root *root, const char *signature,
                     size_t *index, struct bytes *table);

/*
 * Finds the first table with signature whose only defect is its checksum. Returns NULL if there is
 * one; else why not. The caller must check whether its contents make sense.
 */
const char *acpi_find_bad_sum(acpi_map *map, const struct acpi_root *root, const char *signature,
                              struct bytes *table);

/*
 * Reads the RSDT, or XSDT if extended, at phys, whatever its checksum. NULL if it has entries, and
 * all of them are of tables; else what is wrong with it.
 */
const char *acpi_read_bad_root(acpi_map *map, uint64_t phys, bool extended, struct acpi_root *root);

/* Returns how many tables have the signature. *first_phys is the address of the first one. */
unsigned acpi_count_tables(acpi_map *map, const struct acpi_root *root, const char *signature,
                           uint64_t *first_phys);

/*
 * Reads the table at phys, which must have the signature. Returns NULL, or what is wrong with it.
 */
const char *acpi_read_table(acpi_map *map, uint64_t phys, const char *signature,
                            struct bytes *table);

/*
 * Returns the physical address of the HPET's registers; 0 if the HPET table names none in memory.
 */
uint64_t acpi_hpet_phys(struct bytes table);

#endif
