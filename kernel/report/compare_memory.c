#include "kernel/report/compare_memory.h"

#include "kernel/record/after_init.h"
#include "kernel/record/group.h"
#include "kernel/report/compare.h"

static int by_register(const struct cpu *a, const struct cpu *b, const void *context)
{
	const unsigned *index = context;
	int order = 0;

	memory_types_order(&order, &a->memory_types, &b->memory_types, *index);
	return order;
}

/* Prints the bits that differ, because nobody compares two 64-bit numbers at a glance. */
static void print_register_value(struct msr_reading reference, struct msr_reading other,
                                 struct text *to)
{
	if (!compare_print_value(&other, to) || reference.state != MSR_READ)
		return;
	if (reference.value & ~other.value)
		text_print(to, ", lacks bits %#lx", reference.value & ~other.value);
	if (other.value & ~reference.value)
		text_print(to, ", extra bits %#lx", other.value & ~reference.value);
}

static void print_register(const struct group *group, unsigned index, struct text *to)
{
	const struct memory_types *reference = &group->cpus->cpu[0]->memory_types;
	const struct memory_types *other = &group->cpus->cpu[group->first]->memory_types;

	group_print_begin(group, to);
	text_print(to, "warning: unlike cpu 0: ");
	memory_types_print_name(index, to);
	text_print(to, " ");
	print_register_value(memory_types_reading(reference, index),
	                     memory_types_reading(other, index), to);
	text_print(to, "\n");
	if (index != MEMORY_MTRR_DEF_TYPE || !memory_types_disabled(other) ||
	    memory_types_disabled(reference))
		return;
	group_print_begin(group, to);
	text_print(to, "warning: its MTRRs are disabled, so it caches no memory and is far slower "
	               "than CPU 0\n");
}

/*
 * A CPU that read none, because it failed before or the report was read back, has no values. The
 * ranges of disabled MTRRs mean nothing.
 */
static bool compare_register(const struct machine *machine, unsigned index, struct text *to)
{
	struct group group = {.cpus = &machine->cpus, .order = by_register, .context = &index};
	bool differs = false;

	if (machine->cpus.cpu[0]->memory_types.read == 0)
		return false;
	for (uint32_t from = 1; group_next(&group, from); from = group.first + 1) {
		const struct memory_types *types = &group.cpus->cpu[group.first]->memory_types;

		if (types->read == 0 || (index >= MEMORY_FIXED && memory_types_disabled(types)))
			continue;
		print_register(&group, index, to);
		differs = true;
	}
	return differs;
}

bool compare_memory_print(const struct machine *machine, struct text *to)
{
	bool has_mtrrs = !after_init_disables_mtrrs(&machine->cpus);
	bool differs = false;

	for (unsigned index = 0; machine->cpus.count > 0 && index < MEMORY_COUNT; index++) {
		if (index == MEMORY_PAT || has_mtrrs)
			differs |= compare_register(machine, index, to);
	}
	return differs;
}
