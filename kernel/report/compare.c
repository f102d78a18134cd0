#include "kernel/report/compare.h"

#include "arch/x86_64/registers.h"
#include "kernel/lib/count.h"
#include "kernel/lib/order.h"
#include "kernel/record/group.h"
#include "kernel/record/record.h"
#include "kernel/record/register_fields.h"

#include <stddef.h>

enum { FIELDS_SHOWN = 8 }; /* keeps the line readable; the others follow as a mask */

#define STEPPING 0xFu /* of the signature */

/* What decides about VMX in IA32_FEATURE_CONTROL. */
#define OF_VMX                                                         \
	(IA32_FEATURE_CONTROL_LOCK | IA32_FEATURE_CONTROL_VMX_IN_SMX | \
	 IA32_FEATURE_CONTROL_VMX_OUTSIDE_SMX)

const char compare_hint[] =
	"CPUs differ where they should not: update the firmware, which has to set up each of them, "
	"and its microcode; a hypervisor can rely only on what all CPUs have";

/* One register, or value of CPUID, of all CPUs. CPU 0 is the reference. */
struct comparison {
	const struct machine *machine;
	uint32_t number;
	const char *name;
};

/* What is compared beside the VMX capability MSRs. */
static const struct {
	uint32_t number;
	const char *name;
} compared[] = {
	{FIELDS_SIGNATURE, "CPUID.1:EAX"},
	{FIELDS_CORE_TYPE, "CPUID.1AH:EAX[31:24]"},
	{FIELDS_ADDRESS_BITS, "CPUID.80000008H:EAX[7:0]"},
	{IA32_BIOS_SIGN_ID, "IA32_BIOS_SIGN_ID (microcode revision)"},
	{IA32_FEATURE_CONTROL, "IA32_FEATURE_CONTROL"},
};

enum { COMPARED = COUNT_OF(compared) };

static struct comparison comparison_of(const struct machine *machine, unsigned index)
{
	if (index < COMPARED)
		return (struct comparison){machine, compared[index].number, compared[index].name};
	index -= COMPARED;
	return (struct comparison){machine, VMX_MSR_FIRST + index, record_msr_name(index)};
}

static struct msr_reading compare_reading(const struct cpu *cpu, uint32_t number)
{
	const struct vmx_evidence *evidence = &cpu->evidence;

	switch (number) {
	case FIELDS_SIGNATURE:
		return (struct msr_reading){evidence->signature, MSR_READ};
	case FIELDS_CORE_TYPE:
		return (struct msr_reading){evidence->core_type, MSR_READ};
	case FIELDS_ADDRESS_BITS:
		return (struct msr_reading){evidence->physical_address_bits, MSR_READ};
	case IA32_BIOS_SIGN_ID:
		return evidence->microcode;
	case IA32_FEATURE_CONTROL:
		return evidence->feature_control;
	default:
		return evidence->msr[number - VMX_MSR_FIRST];
	}
}

/* The types of cores of a hybrid processor differ in all but VMX, and packages in microcode. */
static const char *why_apart(const struct machine *machine, const struct cpu *cpu)
{
	const struct cpu *reference = machine->cpus.cpu[0];
	unsigned shift = machine->package_shift;

	if (reference->evidence.core_type != cpu->evidence.core_type)
		return "normal between the core types of a hybrid processor";
	if (shift != 0 && reference->found.apic_id >> shift != cpu->found.apic_id >> shift)
		return "normal between packages";
	return NULL;
}

const char *compare_excuse(const struct machine *machine, const struct cpu *cpu, uint32_t number,
                           uint64_t differing)
{
	bool other_core = machine->cpus.cpu[0]->evidence.core_type != cpu->evidence.core_type;

	switch (number) {
	case FIELDS_SIGNATURE:
		return other_core || !(differing & ~STEPPING) ? why_apart(machine, cpu) : NULL;
	case FIELDS_CORE_TYPE:
	case IA32_BIOS_SIGN_ID:
		return why_apart(machine, cpu);
	case IA32_FEATURE_CONTROL:
		return differing & OF_VMX ? NULL : "irrelevant to VMX";
	default:
		return NULL;
	}
}

/* Returns NULL also if nothing differs, or if a value is missing, which nothing excuses. */
static const char *excuse_of(const struct comparison *comparison, const struct cpu *cpu)
{
	const struct machine *machine = comparison->machine;
	struct msr_reading reference = compare_reading(machine->cpus.cpu[0], comparison->number);
	struct msr_reading other = compare_reading(cpu, comparison->number);

	if (reference.state != MSR_READ || other.state != MSR_READ ||
	    reference.value == other.value)
		return NULL;
	return compare_excuse(machine, cpu, comparison->number, reference.value ^ other.value);
}

static int by_comparison(const struct cpu *a, const struct cpu *b, const void *context)
{
	const struct comparison *comparison = context;
	struct msr_reading of_a = compare_reading(a, comparison->number);
	struct msr_reading of_b = compare_reading(b, comparison->number);
	int order = 0;

	record_order_reading(&order, &of_a, &of_b);
	order_by_address(&order, excuse_of(comparison, a), excuse_of(comparison, b));
	return order;
}

static void print_field(struct register_field field, unsigned bit, uint64_t reference,
                        uint64_t other, struct text *to)
{
	unsigned shift = (unsigned)__builtin_ctzll(field.mask);
	bool set = (other >> bit & 1) != 0;

	if (field.kind == FIELD_NUMBER) {
		text_print(to, "%s %#lx (cpu 0: %#lx)", field.name, (other & field.mask) >> shift,
		           (reference & field.mask) >> shift);
		return;
	}
	if (field.kind == FIELD_REQUIRED)
		text_print(to, "%s ", set ? "requires" : "does not require");
	else
		text_print(to, "%s ", set == (field.kind == FIELD_PRESENT) ? "has" : "lacks");
	if (field.name != NULL)
		text_print(to, "%s", field.name);
	else
		text_print(to, "bit %u", bit);
}

/* Names the fields that differ, because nobody compares two 64-bit numbers at a glance. */
static void print_fields(uint32_t number, uint64_t reference, uint64_t other, struct text *to)
{
	uint64_t differing = reference ^ other;
	unsigned shown = 0;

	for (; differing != 0 && shown < FIELDS_SHOWN; shown++) {
		unsigned bit = (unsigned)__builtin_ctzll(differing);
		struct register_field field = register_field_at(number, bit);

		text_print(to, shown == 0 ? ": " : ", ");
		print_field(field, bit, reference, other, to);
		differing &= ~field.mask;
	}
	if (differing != 0)
		text_print(to, " and more: bits %#lx", differing);
}

bool compare_print_value(const struct msr_reading *reading, struct text *to)
{
	if (reading->state == MSR_READ)
		text_print(to, "= %#lx", reading->value);
	else
		text_print(to, reading->state == MSR_FAULTED ? "cannot be read" : "does not exist");
	return reading->state == MSR_READ;
}

static void print_difference(const struct comparison *comparison, const struct group *group,
                             struct text *to)
{
	const struct cpu *cpu = group->cpus->cpu[group->first];
	struct msr_reading reference = compare_reading(group->cpus->cpu[0], comparison->number);
	struct msr_reading other = compare_reading(cpu, comparison->number);
	const char *excuse = excuse_of(comparison, cpu);

	group_print_begin(group, to);
	text_print(to, "%sunlike cpu 0: %s ", excuse == NULL ? "warning: " : "", comparison->name);
	if (compare_print_value(&other, to) && reference.state == MSR_READ)
		print_fields(comparison->number, reference.value, other.value, to);
	text_print(to, "%s%s\n", excuse != NULL ? "; " : "", excuse != NULL ? excuse : "");
}

static bool has_values(const struct cpu *cpu)
{
	const struct vmx_evidence *evidence = &cpu->evidence;

	/* Either comes first: what rootmode-check reads may lack CPUID. */
	return evidence->signature != 0 || evidence->feature_control.state != MSR_NOT_READ ||
	       evidence->msr[0].state != MSR_NOT_READ;
}

/* Skips CPUs without values: they hung, which is reported elsewhere, and differ in everything. */
static bool next_difference(struct group *group, uint32_t from)
{
	while (has_values(group->cpus->cpu[0]) && group_next(group, from)) {
		if (has_values(group->cpus->cpu[group->first]))
			return true;
		from = group->first + 1;
	}
	return false;
}

static struct group groups_of(const struct comparison *comparison)
{
	return (struct group){
		.cpus = &comparison->machine->cpus, .order = by_comparison, .context = comparison};
}

void compare_print(const struct machine *machine, struct text *to)
{
	for (unsigned i = 0; machine->cpus.count > 0 && i < COMPARED + VMX_MSR_COUNT; i++) {
		struct comparison comparison = comparison_of(machine, i);
		struct group group = groups_of(&comparison);

		for (uint32_t from = 1; next_difference(&group, from); from = group.first + 1)
			print_difference(&comparison, &group, to);
	}
}

bool compare_finds_fault(const struct machine *machine)
{
	for (unsigned i = 0; machine->cpus.count > 0 && i < COMPARED + VMX_MSR_COUNT; i++) {
		struct comparison comparison = comparison_of(machine, i);
		struct group group = groups_of(&comparison);

		for (uint32_t from = 1; next_difference(&group, from); from = group.first + 1) {
			if (excuse_of(&comparison, group.cpus->cpu[group.first]) == NULL)
				return true;
		}
	}
	return false;
}
