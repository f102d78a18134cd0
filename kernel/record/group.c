#include "kernel/record/group.h"

#include "kernel/lib/ranges.h"

#include <stddef.h>

/* The groups of the CPUs so far. list[i] is a sorted list made of 2^i lists, or NULL. */
struct sorted {
	unsigned lists;
	struct cpu *list[32];
};

/* Appends the members of b to those of a, which all have lower indices. */
static void join(struct cpu *a, struct cpu *b)
{
	a->group.last->group.next = b;
	a->group.last = b->group.last;
	a->group.count += b->group.count;
	b->group.count = 0;
}

/* Merges two sorted lists of groups into one. The groups that both have are joined. */
static struct cpu *merge(const struct group *group, struct cpu *a, struct cpu *b)
{
	struct cpu *merged = NULL, **end = &merged;

	while (a != NULL && b != NULL) {
		int order = group->order(a, b, group->context);
		struct cpu **from = order < 0 ? &a : &b;
		struct cpu *cpu = *from;

		*from = cpu->group.greater;
		if (order == 0) {
			join(a, cpu);
		} else {
			*end = cpu;
			end = &cpu->group.greater;
		}
	}
	*end = a != NULL ? a : b;
	return merged;
}

/* Merges lists of equal length only, as a binary counter carries: then all take N x log K steps. */
static void add_list(const struct group *group, struct sorted *sorted, struct cpu *list)
{
	unsigned size = 0;

	for (; size < sorted->lists && sorted->list[size] != NULL; size++) {
		list = merge(group, sorted->list[size], list);
		sorted->list[size] = NULL;
	}
	sorted->list[size] = list;
	if (size == sorted->lists)
		sorted->lists++;
}

/*
 * Makes groups of neighbours first, because most are equal, and then sorts these. This ends
 * whatever order() returns: a CPU that hung may still write its record.
 */
static void make_groups(struct group *group)
{
	struct sorted sorted = {.lists = 0};
	struct cpu *neighbours = NULL;

	for (uint32_t i = 0; i < group->cpus->count; i++) {
		struct cpu *cpu = group->cpus->cpu[i];

		cpu->group = (struct cpu_group){.last = cpu, .count = 1};
		if (group->order == NULL)
			continue;
		if (neighbours != NULL && group->order(neighbours, cpu, group->context) == 0) {
			join(neighbours, cpu);
			continue;
		}
		if (neighbours != NULL)
			add_list(group, &sorted, neighbours);
		neighbours = cpu;
	}
	for (unsigned size = 0; size < sorted.lists; size++)
		neighbours = merge(group, sorted.list[size], neighbours);
	group->made = true;
}

bool group_next(struct group *group, uint32_t from)
{
	if (!group->made)
		make_groups(group);
	for (group->first = from; group->first < group->cpus->count; group->first++) {
		group->count = group_first(group)->group.count;
		if (group->count > 0)
			return true;
	}
	return false;
}

const struct cpu *group_first(const struct group *group)
{
	return group->cpus->cpu[group->first];
}

const struct cpu *group_after(const struct cpu *member)
{
	return member->group.next;
}

void group_print_indices(const struct group *group, struct text *to)
{
	struct ranges ranges = ranges_begin(to);

	for (const struct cpu *cpu = group_first(group); cpu != NULL; cpu = group_after(cpu))
		ranges_add(&ranges, cpu->found.index);
	ranges_end(&ranges);
}

void group_print_apic_ids(const struct group *group, struct text *to)
{
	struct ranges ranges = ranges_begin(to);

	for (const struct cpu *cpu = group_first(group); cpu != NULL; cpu = group_after(cpu))
		ranges_add(&ranges, cpu->found.apic_id);
	ranges_end(&ranges);
}

void group_print_begin(const struct group *group, struct text *to)
{
	text_print(to, group->count == 1 ? "cpu " : "cpus ");
	group_print_indices(group, to);
	text_print(to, ": ");
}
