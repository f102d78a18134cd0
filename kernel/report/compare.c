#include "kernel/report/compare.h"

#include "kernel/record/group.h"
#include "kernel/record/record.h"

/* The MSRs to compare: a VMX capability MSR by its index, or one of these. */
enum { FEATURE_CONTROL = -1, MICROCODE = -2 };

static const struct msr_reading *compare_reading(const struct cpu *cpu, int msr)
{
	if (msr == FEATURE_CONTROL)
		return &cpu->evidence.feature_control;
	if (msr == MICROCODE)
		return &cpu->evidence.microcode;
	return &cpu->evidence.msr[msr];
}

static bool same_reading(const struct cpu *a, const struct cpu *b, const void *context)
{
	const int *msr = context;

	return record_same_reading(compare_reading(a, *msr), compare_reading(b, *msr));
}

/* Prints the bits that differ, because nobody compares two 64-bit numbers at a glance. */
static void print_bits(uint64_t reference, uint64_t other, struct text *to)
{
	if (reference & ~other)
		text_print(to, ", lacks bits %#lx", reference & ~other);
	if (other & ~reference)
		text_print(to, ", extra bits %#lx", other & ~reference);
}

static void print_difference(const struct group *group, const char *name,
                             const struct msr_reading *reference, const struct msr_reading *other,
                             struct text *to)
{
	group_print_begin(group, to);
	text_print(to, "warning: unlike cpu 0: %s ", name);
	if (other->state == MSR_NOT_READ) {
		text_print(to, "does not exist");
	} else if (other->state == MSR_FAULTED) {
		text_print(to, "cannot be read");
	} else {
		text_print(to, "= %#lx", other->value);
		if (reference->state == MSR_READ)
			print_bits(reference->value, other->value, to);
	}
	text_print(to, "\n");
}

/* CPU 0 is the reference. A CPU that never read its CPUID (signature 0) has no values to compare.
 */
static void compare_msr(const struct machine *machine, int msr, const char *name, struct text *to)
{
	struct group group = {.cpus = &machine->cpus, .same = same_reading, .context = &msr};
	const struct cpu *reference = machine->cpus.cpu[0];

	for (uint32_t from = 1; group_next(&group, from); from = group.first + 1) {
		const struct cpu *other = machine->cpus.cpu[group.first];

		if (other->evidence.signature != 0)
			print_difference(&group, name, compare_reading(reference, msr),
			                 compare_reading(other, msr), to);
	}
}

void compare_print(const struct machine *machine, struct text *to)
{
	if (machine->cpus.count == 0)
		return;
	compare_msr(machine, MICROCODE, "IA32_BIOS_SIGN_ID (microcode revision)", to);
	compare_msr(machine, FEATURE_CONTROL, "IA32_FEATURE_CONTROL", to);
	for (int msr = 0; msr < VMX_MSR_COUNT; msr++)
		compare_msr(machine, msr, record_msr_name((unsigned)msr), to);
}
