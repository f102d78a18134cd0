#include "tools/check/said_facts.h"

#include "arch/x86_64/vmx/vmx_numbers.h"
#include "kernel/lib/count.h"
#include "kernel/lib/number.h"
#include "tools/check/lines.h"

#include <stdio.h>
#include <string.h>

static bool has_bench(const struct cpu *cpu)
{
	for (unsigned mode = 0; mode < BENCH_MODES; mode++) {
		for (unsigned exit = 0; exit < BENCH_EXITS; exit++) {
			if (cpu->bench.ticks[mode][exit].minimum != 0)
				return true;
		}
	}
	return false;
}

unsigned facts_required(const struct cpu *cpu)
{
	return (cpu->evidence.signature != 0 ? SAID_IDENTITY : 0) |
	       (cpu->outcome.vmxon.kind != VMX_NOT_TRIED ? SAID_VMXON : 0) |
	       (cpu->proof.tried ? SAID_GUEST : 0) | (has_bench(cpu) ? SAID_BENCH : 0);
}

/* The facts of a line: for each CPU in a list, the same. */
typedef bool agrees_function(struct bytes sentence, const struct cpu *cpu);

/* Returns whether text goes on with this number. */
static bool has_number(struct bytes text, uint64_t expected)
{
	uint64_t number;

	return number_take(&text, &number) && number == expected;
}

static bool agrees_identity(struct bytes sentence, const struct cpu *cpu)
{
	const struct vmx_evidence *e = &cpu->evidence;
	uint32_t family = e->signature >> 8 & 0xF, model = e->signature >> 4 & 0xF;
	struct bytes vendor;
	char expected[80];

	/* As narrate.c prints it: SDM vol. 2A CPUID "CPU Identification" */
	if (family == 6 || family == 15)
		model |= e->signature >> 12 & 0xF0;
	if (family == 15)
		family += e->signature >> 20 & 0xFF;
	snprintf(expected, sizeof(expected), ", family %u, model %u, stepping %u, APIC ID ", family,
	         model, e->signature & 0xF);
	return lines_take_until(&sentence, ", ", &vendor) && bytes_equal(vendor, e->vendor) &&
	       memmem(vendor.at + vendor.size, sentence.size + 2, expected, strlen(expected)) !=
	               NULL;
}

static bool agrees_vmx(struct bytes sentence, const struct cpu *cpu)
{
	return has_number(sentence, cpu->evidence.vmx);
}

static bool agrees_reading(struct bytes sentence, const struct msr_reading *reading)
{
	return reading->state == MSR_READ && has_number(sentence, reading->value);
}

static bool agrees_feature_control(struct bytes sentence, const struct cpu *cpu)
{
	return agrees_reading(sentence, &cpu->evidence.feature_control);
}

static bool agrees_feature_control_after(struct bytes sentence, const struct cpu *cpu)
{
	return agrees_reading(sentence, &cpu->outcome.feature_control_after);
}

static bool agrees_basic(struct bytes sentence, const struct cpu *cpu)
{
	return agrees_reading(sentence, &cpu->evidence.msr[0]);
}

static bool agrees_cr(struct bytes sentence, const struct cpu *cpu)
{
	struct bytes cr0;

	return lines_take_until(&sentence, ", CR4 = ", &cr0) && has_number(cr0, cpu->outcome.cr0) &&
	       has_number(sentence, cpu->outcome.cr4);
}

static bool agrees_vmxon(struct bytes sentence, const struct cpu *cpu)
{
	struct bytes region;

	return lines_take_until(&sentence, ", VMXON ", &region) &&
	       bytes_equal(sentence, vmx_status_key(cpu->outcome.vmxon.kind));
}

static bool agrees_guest(struct bytes sentence, const struct cpu *cpu)
{
	(void)sentence;
	return cpu->proof.tried;
}

static bool agrees_bench(struct bytes sentence, const struct cpu *cpu)
{
	(void)sentence;
	return has_bench(cpu);
}

/* The lines of docs/serial-log.md that repeat a fact of the block, by how they begin. */
static const struct {
	const char *begins;
	const char *holds;
	agrees_function *agrees;
	unsigned said;
	bool lasts; /* a session with the monitor does not change it */
} facts[] = {
	{"", ", APIC ID ", agrees_identity, SAID_IDENTITY, true},
	{"CPUID.1:ECX.VMX[5] = ", "", agrees_vmx, 0, true},
	{"IA32_FEATURE_CONTROL = ", "", agrees_feature_control, 0, false},
	{"IA32_FEATURE_CONTROL after writing it = ", "", agrees_feature_control_after, 0, false},
	{"IA32_VMX_BASIC = ", "", agrees_basic, 0, true},
	{"CR0 = ", ", CR4 = ", agrees_cr, 0, false},
	{"VMXON region", ", VMXON ", agrees_vmxon, SAID_VMXON, false},
	{"guest: ", "", agrees_guest, SAID_GUEST, false},
	{"bench: ", "", agrees_bench, SAID_BENCH, false},
};

enum { FACT_COUNT = COUNT_OF(facts) };

static bool holds(struct bytes text, const char *part)
{
	struct bytes before;

	return *part == '\0' || lines_take_until(&text, part, &before);
}

/* Returns the index of the fact that a sentence states, or FACT_COUNT. */
static unsigned fact_of(struct bytes sentence, struct bytes *rest)
{
	unsigned fact = 1;

	while (fact < FACT_COUNT && (!bytes_skip(sentence, facts[fact].begins, rest) ||
	                             !holds(*rest, facts[fact].holds)))
		fact++;
	if (fact < FACT_COUNT)
		return fact;
	*rest = sentence;
	return holds(sentence, ", family ") && holds(sentence, ", stepping ") &&
	                       holds(sentence, facts[0].holds)
	               ? 0
	               : FACT_COUNT;
}

bool facts_agree(struct bytes sentence, const struct cpu *cpu, bool had_session, unsigned *said)
{
	struct bytes rest;
	unsigned fact = fact_of(sentence, &rest);

	if (fact == FACT_COUNT || cpu == NULL)
		return fact == FACT_COUNT;
	*said |= facts[fact].said;
	return (had_session && !facts[fact].lasts) || facts[fact].agrees(rest, cpu);
}
