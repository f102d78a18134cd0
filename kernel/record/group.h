/*
 * Groups of CPUs with the same facts, which share lines of the log and the report: a machine with
 * 256 CPUs prints no more than one with a single CPU, as long as its CPUs are the same. Pure.
 */
#ifndef KERNEL_GROUP_H
#define KERNEL_GROUP_H

#include "kernel/record/cpu.h"
#include "kernel/lib/text.h"

#include <stdbool.h>

/*
 * Returns 0 if two CPUs belong to the same group. Otherwise, negative or positive, which comes
 * first in some order of all CPUs: kernel/lib/order.h. context is the caller's.
 */
typedef int group_order(const struct cpu *a, const struct cpu *b, const void *context);

/*
 * The members are linked in the records themselves, so only one struct group is in use at a time:
 * the first group_next() of another one ends its use.
 */
struct group {
	const struct cpu_list *cpus; /* each CPU once */
	group_order *order;          /* NULL: each CPU is a group of its own */
	const void *context;
	/* Set by group_next(). */
	uint32_t first; /* the member with the lowest index; it represents the group */
	uint32_t count; /* the number of members */
	bool made;      /* the members are linked */
};

/*
 * Moves to the next group whose first member has index from or higher. Returns false if there is
 * none. Start with from 0 and continue with first + 1. For N CPUs and K groups, all calls together
 * take N steps, and of the order of N x log K comparisons; N - 1 if all are equal.
 */
bool group_next(struct group *group, uint32_t from);

/* Return the first member of a group, and the one after another member; NULL after the last. */
const struct cpu *group_first(const struct group *group);
const struct cpu *group_after(const struct cpu *member);

/* Prints the scope of a line about the group: "cpu 3: " or "cpus 0-3,8: ". */
void group_print_begin(const struct group *group, struct text *to);

/* Print the indices, or the APIC IDs, of the CPUs as a list: "0-3,8". */
void group_print_indices(const struct group *group, struct text *to);
void group_print_apic_ids(const struct group *group, struct text *to);

#endif
