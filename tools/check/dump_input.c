#include "tools/check/dump_input.h"

#include "arch/x86_64/registers.h"
#include "kernel/lib/count.h"
#include "tools/check/apic_id.h"
#include "tools/check/dump.h"
#include "tools/check/lines.h"
#include "tools/check/load.h"
#include "tools/check/long_mode.h"
#include "tools/check/name_list.h"
#include "tools/check/readings.h"
#include "tools/check/vbox.h"

#include <string.h>

/* Stores what a list of names says about a CPU; values of it remain. */
static void name_evidence(const struct vmx_evidence *named, const struct name_list *names,
                          struct cpu *cpu, struct sight *sight)
{
	struct vmx_evidence *evidence = &cpu->evidence;

	lines_copy((struct bytes){(const uint8_t *)named->vendor, strlen(named->vendor)},
	           evidence->vendor, sizeof(evidence->vendor));
	lines_copy((struct bytes){(const uint8_t *)named->brand, strlen(named->brand)},
	           evidence->brand, sizeof(evidence->brand));
	evidence->signature = named->signature;
	evidence->hypervisor |= named->hypervisor;
	evidence->vmx |= named->vmx;
	if (sight->long_mode == LONG_MODE_UNSEEN)
		sight->long_mode = names->long_mode;
}

/* What only names VMX is of use where CPUID is missing. */
static bool look_at_names(struct bytes text, struct findings *findings)
{
	struct vmx_evidence named = {0};

	if (!name_list_read(text, &findings->names, &named))
		return false;
	if (findings->sights == NULL)
		findings_make_cpus(findings, 1);
	name_evidence(&named, &findings->names, findings->machine.cpus.cpu[0], findings->sights);
	return true;
}

/* Names a text that says nothing about a computer's VMX, and what to run instead. */
static const char *stranger(struct bytes text)
{
	static const char *const known[][2] = {
		{"Recognized CPUID flags:",
	         "what QEMU's -cpu help prints: it is about QEMU, not a computer; run cpuid -r"},
		{"<domain type=",
	         "the definition of a virtual machine; run cpuid -r in it, or virsh capabilities"},
		{"dmidecode ", "what dmidecode prints: tables of the firmware; run cpuid -r"},
		{"CPU_FLAGS_X86", "what cpuid2cpuflags prints, which leaves VMX out; run cpuid -r"},
		{"Hardware Thread Topology",
	         "what likwid-topology prints, which leaves VMX out; run cpuid -r"},
		{"HWiNFO", "a report of HWiNFO without the CPU's feature flags"},
	};

	for (size_t i = 0; i < COUNT_OF(known); i++) {
		if (lines_have(text, known[i][0]))
			return known[i][1];
	}
	return "text without a CPUID or MSR value";
}

bool dump_look(struct bytes text, struct findings *findings, struct refusal *refusal)
{
	struct dump dump = {0};
	uint32_t line;
	const char *problem = NULL;

	if (vbox_is_log(text))
		vbox_read(text, &dump);
	else if (dump_begins(text))
		problem = dump_read(text, &dump, &line);
	else if (!readings_read(text, &dump) && !look_at_names(text, findings)) {
		dump_free(&dump);
		return refuse(refusal, STATUS_USAGE, "this is %s" LOAD_EXPECTED, stranger(text));
	}
	if (problem != NULL) {
		dump_free(&dump);
		return refuse(refusal, STATUS_USAGE, "line %u: not a dump: %s", line, problem);
	}
	if (dump.cpu_count != 0)
		findings_make_cpus(findings, dump.cpu_count);
	for (uint32_t i = 0; i < dump.cpu_count; i++) {
		struct dump_source source = dump_source(&dump, i);
		struct cpu *cpu = findings->machine.cpus.cpu[i];

		findings->sights[i].number = dump.cpus[i].number;
		findings->sights[i].vmx_implied = dump_implies_vmx(&source.source);
		survey_cpu(&source.source, &cpu->evidence);
		if (cpu->evidence.signature == 0)
			source.source.msr(&source.source, IA32_FEATURE_CONTROL,
			                  &cpu->evidence.feature_control);
		cpu->found.apic_id = apic_id_read(&source.source);
		findings->sights[i].long_mode = long_mode_read(&source.source, dump_has_leaf);
	}
	if (dump.cpu_count != 0 && findings->machine.cpus.cpu[0]->evidence.signature == 0)
		look_at_names(text, findings);
	dump_free(&dump);
	return true;
}
