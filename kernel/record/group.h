/* CPUs that say the same: one line then speaks for all of them. Pure. */
#ifndef KERNEL_GROUP_H
#define KERNEL_GROUP_H

#include "kernel/record/cpu.h"
#include "kernel/lib/text.h"

#include <stdbool.h>

/* Whether two CPUs are the same in whatever a caller groups by; context is the caller's. */
typedef bool group_same(const struct cpu *a, const struct cpu *b, const void *context);

struct group {
	const struct cpu_list *cpus;
	group_same *same;
	const void *context;
	uint32_t first; /* the member that stands for all; the group's lowest index */
};

/*
 * Goes to the group whose first member has the lowest index at or above from; false if there is
 * none. Begin with from 0 and go on with first + 1.
 */
bool group_next(struct group *group, uint32_t from);

/* Whether CPU index is in the group, whose first member is at or below index. */
bool group_has(const struct group *group, uint32_t index);

/* How many CPUs are in the group. */
uint32_t group_count(const struct group *group);

/* The beginning of a line that speaks for the group: "cpu 3: " or "cpus 0-3,8: ". */
void group_print_begin(const struct group *group, struct text *to);

/* The CPUs' indices, or APIC IDs, as a list: "0-3,8". */
void group_print_indices(const struct group *group, struct text *to);
void group_print_apic_ids(const struct group *group, struct text *to);

#endif
