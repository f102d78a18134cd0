/*
 * What planning and telling cost for more CPUs than any emulator has.
 *
 *     scale CPUS RESULTS
 *
 * makes up the evidence of CPUS CPUs with RESULTS different values in it, one behind the other, and
 * has the kernel's own functions plan and report. Prints the bytes of what people read and of the
 * REPORT; under callgrind with --toggle-collect=measured, the instructions are those of the work
 * alone. Exits 2 for arguments that are no numbers, or more results than CPUs.
 */
#include "arch/x86_64/vmx/plan.h"
#include "kernel/lib/count.h"
#include "kernel/record/record.h"
#include "kernel/report/report.h"
#include "kernel/report/compare.h"
#include "kernel/report/narrate.h"
#include "tests/unit/bochs_models.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MODEL_NAME_SIZE = 32, VMX_MISC = 5 };

static const char model_name[MODEL_NAME_SIZE] = "corei7_skylake_x";

struct counted_text {
	struct text text;
	unsigned long bytes;
};

static void count(struct text *text, char character)
{
	(void)character;
	((struct counted_text *)text)->bytes++;
}

static const struct bochs_model *find_model(void)
{
	for (size_t i = 0; i < COUNT_OF(bochs_models); i++) {
		if (strcmp(bochs_models[i].name, model_name) == 0)
			return &bochs_models[i];
	}
	abort();
}

static struct vmx_evidence evidence_of(uint32_t result)
{
	struct vmx_evidence evidence = {
		.vendor = "GenuineIntel",
		.brand = "Intel(R) Core(TM) i7-7800X CPU @ 3.50GHz",
		.signature = 0x50654,
		.vmx = true,
		.physical_address_bits = 46,
		.cr0 = 0x80010011,
		.cr4 = 0x20,
		.feature_control = {0x5, MSR_READ},
	};

	for (unsigned i = 0; i < VMX_MSR_COUNT; i++)
		record_set_msr(&evidence, i, find_model()->msr[i]);
	evidence.msr[VMX_MISC].value += (uint64_t)result << 32;
	evidence.feature_control.value |= (uint64_t)result << 32;
	return evidence;
}

static struct cpu_list make_cpus(uint32_t cpus, uint32_t results)
{
	struct cpu *records = calloc(cpus, sizeof(*records));
	struct cpu_list list = {calloc(cpus, sizeof(struct cpu *)), cpus};

	if (records == NULL || list.cpu == NULL)
		abort();
	for (uint32_t i = 0; i < cpus; i++) {
		records[i].found.index = i;
		records[i].found.apic_id = i;
		records[i].found.region_phys = 0x100000 + i * 4096ull;
		records[i].progress.last_step = CPU_DONE;
		records[i].evidence = evidence_of((uint32_t)((uint64_t)i * results / cpus));
		list.cpu[i] = &records[i];
	}
	return list;
}

/* As if everything had gone as planned. */
static void plan(struct cpu *cpu)
{
	vmx_plan(&cpu->evidence, &cpu->plan);
	if (cpu->plan.stop != REASON_NONE)
		abort();
	cpu->outcome.predicted =
		(struct vmxon_prediction){.status = {.kind = VMX_SUCCEEDED}, .because = ""};
	cpu->outcome.vmxon.kind = VMX_SUCCEEDED;
	cpu->outcome.cr0 = cpu->plan.cr0;
	cpu->outcome.cr4 = cpu->plan.cr4;
	cpu->outcome.left = true;
}

__attribute__((noinline)) void measured(const struct machine *machine, struct text *people,
                                        struct text *report);

void measured(const struct machine *machine, struct text *people, struct text *report)
{
	for (uint32_t i = 0; i < machine->cpus.count; i++)
		plan(machine->cpus.cpu[i]);
	narrate_cpus(machine, people);
	compare_print(machine, people);
	report_print_count(machine, people);
	report_print(machine, report);
	report_print_result(machine, report);
}

int main(int argc, char **argv)
{
	uint32_t cpus = argc == 3 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;
	uint32_t results = argc == 3 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0;
	struct counted_text people = {{count}, 0}, report = {{count}, 0};

	if (results == 0 || results > cpus) {
		fprintf(stderr, "usage: scale CPUS RESULTS\n");
		return 2;
	}
	struct machine machine = {
		.cpus = make_cpus(cpus, results),
		.apic_mode = "x2apic",
		.clock_source = "pm-timer",
		.clock_khz = 3500000,
	};

	measured(&machine, &people.text, &report.text);
	printf("%lu %lu\n", people.bytes, report.bytes);
	return 0;
}
