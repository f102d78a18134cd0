/*
 * The boot information of a PVH loader: the start information of the "x86/HVM direct boot ABI"
 * (Xen, docs/misc/pvh.pandoc). QEMU's -kernel, Xen, Cloud Hypervisor and Firecracker start a kernel
 * this way. Pure; the bytes are not trusted.
 */
#ifndef KERNEL_PVH_H
#define KERNEL_PVH_H

#include "kernel/lib/bytes.h"

enum {
	PVH_SIZE = 56, /* of the start information; version 0 ends after 40 bytes */
	PVH_MEMORY_ENTRY_SIZE = 24,
	PVH_MEMORY_ENTRIES_MAX = 1 << 16,
};

struct pvh {
	uint32_t modules;           /* how many; rootmode uses none */
	uint64_t command_line_phys; /* 0 where there is none, as in all of these */
	uint64_t rsdp_phys;
	uint64_t memory_map_phys;    /* entries have the form of boot_information_range */
	uint32_t memory_map_entries; /* at most PVH_MEMORY_ENTRIES_MAX */
};

/*
 * Reads the start information into *result. Returns NULL if it is well formed; else what is wrong,
 * and *result has what can be used.
 */
const char *pvh_parse(struct bytes information, struct pvh *result);

#endif
