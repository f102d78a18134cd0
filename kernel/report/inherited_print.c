#include "kernel/report/inherited_print.h"

#include "kernel/record/group.h"

static bool same_inherited(const struct cpu *cpu_a, const struct cpu *cpu_b, const void *context)
{
	const struct inherited *a = &cpu_a->inherited, *b = &cpu_b->inherited;

	(void)context;
	return a->apic == b->apic && a->in_service == b->in_service && a->pending == b->pending &&
	       a->vector == b->vector && a->foreign == b->foreign &&
	       a->foreign_vector == b->foreign_vector;
}

/*
 * These warnings matter to whoever writes a hypervisor: an interrupt in service that nobody ends
 * blocks all interrupts of its priority and below.
 */
static void print_interrupts(const struct group *group, struct text *to)
{
	const struct inherited *inherited = &group->cpus->cpu[group->first]->inherited;

	if (inherited->in_service + inherited->pending > 0) {
		group_print_begin(group, to);
		text_print(to,
		           "warning: interrupts left in service: %u, pending: %u, the highest with "
		           "vector %#x: acknowledged\n",
		           inherited->in_service, inherited->pending, inherited->vector);
	}
	if (inherited->foreign > 0) {
		group_print_begin(group, to);
		text_print(to,
		           "warning: interrupts that rootmode did not ask for: %u, the last with "
		           "vector %#x: acknowledged\n",
		           inherited->foreign, inherited->foreign_vector);
	}
}

/* An AP with a local APIC that is disabled has started under an emulator that delivers INIT even
 * so. */
static void print_apic(const struct group *group, struct text *to)
{
	const struct cpu *cpu = group->cpus->cpu[group->first];

	if (cpu->found.index == 0 || !cpu->inherited.taken_over ||
	    cpu->inherited.apic >= APIC_XAPIC)
		return;
	group_print_begin(group, to);
	text_print(to,
	           "warning: its local APIC is disabled in IA32_APIC_BASE, and enabling it has no "
	           "effect: no interrupt reaches it\n");
}

void inherited_print(const struct machine *machine, struct text *to)
{
	struct group group = {.cpus = &machine->cpus, .same = same_inherited};

	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
		print_apic(&group, to);
		print_interrupts(&group, to);
	}
}
