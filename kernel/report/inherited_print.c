#include "kernel/report/inherited_print.h"

#include "kernel/lib/order.h"
#include "kernel/record/after_init.h"
#include "kernel/record/group.h"

static int by_interrupts(const struct cpu *cpu_a, const struct cpu *cpu_b, const void *context)
{
	const struct inherited *a = &cpu_a->inherited, *b = &cpu_b->inherited;
	int order = 0;

	(void)context;
	order_by(&order, a->apic, b->apic);
	order_by(&order, a->in_service, b->in_service);
	order_by(&order, a->pending, b->pending);
	order_by(&order, a->vector, b->vector);
	order_by(&order, a->foreign, b->foreign);
	order_by(&order, a->foreign_vector, b->foreign_vector);
	return order;
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

static int by_other_id(const struct cpu *a, const struct cpu *b, const void *context)
{
	int order = 0;

	(void)context;
	order_by(&order, a->inherited.has_other_id, b->inherited.has_other_id);
	return order;
}

static void print_other_ids(const struct machine *machine, struct text *to)
{
	struct group group = {.cpus = &machine->cpus, .order = by_other_id};

	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
		const struct cpu *cpu = group.cpus->cpu[group.first];

		if (!cpu->inherited.has_other_id)
			continue;
		group_print_begin(&group, to);
		text_print(to,
		           "warning: the APIC ID of cpu %u is %u per local APIC and MADT, but %u "
		           "per CPUID\n",
		           cpu->found.index, cpu->found.apic_id, cpu->inherited.cpuid_apic_id);
	}
}

static int by_cr0(const struct cpu *a, const struct cpu *b, const void *context)
{
	int order = 0;

	(void)context;
	order_by(&order, a->inherited.cr0, b->inherited.cr0);
	return order;
}

/* Firmware that leaves them disabled on the BSP, too, is an emulator's: nothing is slow there. */
static void print_uncached(const struct machine *machine, struct text *to)
{
	struct group group = {.cpus = &machine->cpus, .order = by_cr0};

	if (machine->cpus.count == 0 || inherited_uncached(&machine->cpus.cpu[0]->inherited) ||
	    after_init_sets_cd(&machine->cpus))
		return;
	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
		const struct inherited *inherited = &group.cpus->cpu[group.first]->inherited;

		if (!inherited_uncached(inherited))
			continue;
		group_print_begin(&group, to);
		text_print(to,
		           "warning: CR0 = %#lx at the first instruction: the caches were "
		           "disabled (CD): enabled\n",
		           inherited->cr0);
	}
}

void inherited_print(const struct machine *machine, struct text *to)
{
	struct group group = {.cpus = &machine->cpus, .order = by_interrupts};

	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
		print_apic(&group, to);
		print_interrupts(&group, to);
	}
	print_other_ids(machine, to);
	print_uncached(machine, to);
}

static int by_found(const struct cpu *a, const struct cpu *b, const void *context)
{
	int order = by_cr0(a, b, context);

	for (unsigned index = 0; index < MEMORY_FIXED; index++)
		memory_types_order(&order, &a->memory_types, &b->memory_types, index);
	return order;
}

static void report_register(const char *key, const struct memory_types *types, unsigned index,
                            struct text *to)
{
	struct msr_reading reading = memory_types_reading(types, index);

	if (reading.state == MSR_READ)
		text_print(to, " %s=%#lx", key, reading.value);
	else if (reading.state == MSR_FAULTED)
		text_print(to, " %s=fault", key);
}

static void report_found(const struct group *group, struct text *to)
{
	const struct cpu *cpu = group->cpus->cpu[group->first];

	if (cpu->inherited.cr0 == 0)
		return;
	text_print(to, "found cpus=");
	group_print_indices(group, to);
	text_print(to, " cr0=%#lx", cpu->inherited.cr0);
	report_register("mtrrcap", &cpu->memory_types, MEMORY_MTRRCAP, to);
	report_register("mtrr_def_type", &cpu->memory_types, MEMORY_MTRR_DEF_TYPE, to);
	report_register("pat", &cpu->memory_types, MEMORY_PAT, to);
	text_print(to, "\n");
}

static int by_range(const struct cpu *a, const struct cpu *b, const void *context)
{
	const unsigned *index = context;
	int order = 0;

	memory_types_order(&order, &a->memory_types, &b->memory_types, *index);
	return order;
}

static bool is_known(const struct group *group)
{
	return group->cpus->cpu[group->first]->memory_types.read != 0;
}

static bool differs(struct group *group)
{
	unsigned groups = 0;

	for (uint32_t from = 0; group_next(group, from); from = group->first + 1)
		groups += is_known(group);
	return groups > 1;
}

static void report_range(const struct machine *machine, unsigned index, struct text *to)
{
	struct group group = {.cpus = &machine->cpus, .order = by_range, .context = &index};

	if (!machine->verbose && (after_init_disables_mtrrs(&machine->cpus) || !differs(&group)))
		return;
	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
		const struct memory_types *types = &group.cpus->cpu[group.first]->memory_types;

		if (memory_types_reading(types, index).state == MSR_NOT_READ)
			continue;
		text_print(to, "msr=%#x cpus=", memory_types_msr(index));
		group_print_indices(&group, to);
		report_register("value", types, index, to);
		text_print(to, "\n");
	}
}

void inherited_report(const struct machine *machine, struct text *to)
{
	struct group group = {.cpus = &machine->cpus, .order = by_found};

	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1)
		report_found(&group, to);
	for (unsigned index = MEMORY_FIXED; index < MEMORY_COUNT; index++)
		report_range(machine, index, to);
}
