#include "kernel/record/group.h"

#include "kernel/lib/ranges.h"

#include <stddef.h>

/* Without same(), nobody asks about two CPUs: each is a group of its own. */
static bool is_member(const struct group *group, uint32_t a, uint32_t b)
{
	return a == b || group->same(group->cpus->cpu[a], group->cpus->cpu[b], group->context);
}

/*
 * Whether no lower index is in the same group. Searches from index downwards, because equal CPUs
 * are usually neighbours: then the first comparison decides, and 4096 CPUs take 4096 comparisons
 * instead of 8 million.
 */
static bool group_is_first(const struct group *group, uint32_t index)
{
	for (uint32_t i = index; group->same != NULL && i > 0; i--) {
		if (is_member(group, i - 1, index))
			return false;
	}
	return true;
}

/* Finds the last member and counts all once, since each line about the group prints its members. */
static void find_members(struct group *group)
{
	uint32_t end = group->same != NULL ? group->cpus->count : group->first + 1;

	group->count = 0;
	for (uint32_t i = group->first; i < end; i++) {
		if (is_member(group, group->first, i)) {
			group->last = i;
			group->count++;
		}
	}
}

/* If it continues after a group, skips the members of that one without searching for lower ones. */
bool group_next(struct group *group, uint32_t from)
{
	bool continues = group->count > 0 && from == group->first + 1;

	for (uint32_t i = from; i < group->cpus->count; i++) {
		if (continues && group_has(group, i))
			continue;
		if (group_is_first(group, i)) {
			group->first = i;
			find_members(group);
			return true;
		}
	}
	return false;
}

/* Where no other CPU is between the members, no comparison is necessary. */
bool group_has(const struct group *group, uint32_t index)
{
	if (index > group->last)
		return false;
	return group->count == group->last - group->first + 1 ||
	       is_member(group, group->first, index);
}

void group_print_indices(const struct group *group, struct text *to)
{
	struct ranges ranges = ranges_begin(to);

	for (uint32_t i = group->first; i <= group->last; i++) {
		if (group_has(group, i))
			ranges_add(&ranges, group->cpus->cpu[i]->found.index);
	}
	ranges_end(&ranges);
}

void group_print_apic_ids(const struct group *group, struct text *to)
{
	struct ranges ranges = ranges_begin(to);

	for (uint32_t i = group->first; i <= group->last; i++) {
		if (group_has(group, i))
			ranges_add(&ranges, group->cpus->cpu[i]->found.apic_id);
	}
	ranges_end(&ranges);
}

void group_print_begin(const struct group *group, struct text *to)
{
	text_print(to, group->count == 1 ? "cpu " : "cpus ");
	group_print_indices(group, to);
	text_print(to, ": ");
}
