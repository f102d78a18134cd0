/*
 * Groups of CPUs with the same facts, which share lines of the log and the report: a machine with
 * 256 CPUs prints no more than one with a single CPU, as long as its CPUs are the same. Pure.
 */
#ifndef KERNEL_GROUP_H
#define KERNEL_GROUP_H

#include "kernel/record/cpu.h"
#include "kernel/lib/text.h"

#include <stdbool.h>

/* Returns whether two CPUs belong to the same group. context is the caller's. */
typedef bool group_same(const struct cpu *a, const struct cpu *b, const void *context);

struct group {
	const struct cpu_list *cpus;
	group_same *same; /* NULL: each CPU is a group of its own */
	const void *context;
	/* Set by group_next(). */
	uint32_t first; /* the member with the lowest index; it represents the group */
	uint32_t last;  /* the one with the highest */
	uint32_t count; /* the number of members */
};

/*
 * Moves to the next group whose first member has index from or higher. Returns false if there is
 * none. Start with from 0 and continue with first + 1.
 */
bool group_next(struct group *group, uint32_t from);

/* Returns whether CPU index is in the group. index must be at least first. */
bool group_has(const struct group *group, uint32_t index);

/* Prints the scope of a line about the group: "cpu 3: " or "cpus 0-3,8: ". */
void group_print_begin(const struct group *group, struct text *to);

/* Print the indices, or the APIC IDs, of the CPUs as a list: "0-3,8". */
void group_print_indices(const struct group *group, struct text *to);
void group_print_apic_ids(const struct group *group, struct text *to);

#endif
