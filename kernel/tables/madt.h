/*
 * The firmware's list of CPUs: the Multiple APIC Description Table, ACPI 6.5 5.2.12 "Multiple APIC
 * Description Table (MADT)". Pure; the bytes are not trusted.
 */
#ifndef KERNEL_MADT_H
#define KERNEL_MADT_H

#include "kernel/lib/bytes.h"

/* The list, in the order of the table, and what is odd about it. */
struct listed_cpus {
	uint32_t *apic_ids; /* the caller's: room for capacity IDs */
	uint32_t capacity;
	uint32_t count;
	uint32_t disabled;       /* entries that are not enabled */
	uint32_t online_capable; /* of these: CPUs that could be added while the machine runs */
	uint32_t duplicates;     /* entries that repeat another one of the same type */
	uint32_t repeated;       /* x2APIC entries for a CPU that has a Local APIC entry, too */
	uint32_t invalid;        /* entries with the ID that means "all CPUs" */
	uint64_t apic_phys; /* where a Local APIC Address Override moves the APIC to; 0: nowhere */
	uint64_t mailbox_phys; /* of a Multiprocessor Wakeup structure; 0: none */
	size_t bad_offset;     /* where the table is malformed, if it is */
};

/* Returns how many IDs a table of this size can hold at most. */
uint32_t madt_capacity(struct bytes madt);

/*
 * Lists the enabled CPUs, each once, in *cpus, whose apic_ids and capacity the caller has set.
 * Returns NULL if the table is well formed; else what is wrong with it, and *cpus holds what came
 * before that.
 */
const char *madt_list_cpus(struct bytes madt, struct listed_cpus *cpus);

#endif
