#include "kernel/report/narrate.h"

#include "kernel/report/explain.h"
#include "kernel/report/hint.h"
#include "kernel/record/hypervisor.h"
#include "kernel/record/group.h"
#include "kernel/record/record.h"

#include <stddef.h>

enum { ADDRESSES_MAX = 16 }; /* CPUs whose VMXON regions are listed one by one in a shared line */

static const char *core_type_name(uint8_t type)
{
	switch (type) {
	case 0x20:
		return ", efficient core";
	case 0x40:
		return ", performance core";
	default:
		return "";
	}
}

static void print_identity(const struct group *group, const struct vmx_evidence *e, struct text *to)
{
	uint32_t family = e->signature >> 8 & 0xF;
	uint32_t model = e->signature >> 4 & 0xF;

	/* The extended fields count only for these: SDM vol. 2A CPUID "CPU Identification" */
	if (family == 6 || family == 15)
		model |= e->signature >> 12 & 0xF0;
	if (family == 15)
		family += e->signature >> 20 & 0xFF;
	group_print_begin(group, to);
	text_print(to, "%s, %s, family %u, model %u, stepping %u, APIC ID ", e->vendor,
	           e->brand[0] ? e->brand : "no brand string", family, model, e->signature & 0xF);
	group_print_apic_ids(group, to);
	text_print(to, "%s", core_type_name(e->core_type));
	if (e->microcode.state == MSR_READ && e->microcode.value >> 32 != 0)
		text_print(to, ", microcode %#lx", e->microcode.value >> 32);
	if (e->hypervisor)
		text_print(to, ", hypervisor %s",
		           hypervisor_vendor(e)[0] ? hypervisor_vendor(e) : "(unnamed)");
	if (e->hypervisor_beneath[0])
		text_print(to, " with the interface of %s", e->hypervisor_vendor);
	text_print(to, "\n");
	group_print_begin(group, to);
	text_print(to, "CPUID.1:ECX.VMX[5] = %u\n", e->vmx);
	if (hypervisor_sign(e) == NULL)
		return;
	group_print_begin(group, to);
	text_print(to, "a hypervisor is likely, although CPUID.1:ECX[31] is clear: %s%s%s\n",
	           hypervisor_sign(e), e->hypervisor_vendor[0] != '\0' ? ", " : "",
	           e->hypervisor_vendor);
}

static void print_feature_control(const struct group *group, const char *when,
                                  const struct msr_reading *reading, struct text *to)
{
	struct vmx_feature_control decoded;

	if (reading->state == MSR_NOT_READ)
		return;
	group_print_begin(group, to);
	if (reading->state == MSR_FAULTED) {
		text_print(to, "IA32_FEATURE_CONTROL%s: RDMSR faults\n", when);
		return;
	}
	decoded = record_feature_control(reading->value);
	text_print(to, "IA32_FEATURE_CONTROL%s = %#lx: %s, VMX outside SMX %s, VMX in SMX %s\n",
	           when, reading->value, decoded.locked ? "locked" : "unlocked",
	           decoded.vmx_outside_smx ? "on" : "off", decoded.vmx_in_smx ? "on" : "off");
}

static void print_basic(const struct group *group, const struct vmx_evidence *evidence,
                        struct text *to)
{
	const struct msr_reading *reading = &evidence->msr[0];
	const struct vmx_basic *basic = &evidence->basic;

	if (reading->state != MSR_READ)
		return;
	group_print_begin(group, to);
	text_print(to, "IA32_VMX_BASIC = %#lx: revision identifier %#x, region size %u bytes, %s\n",
	           reading->value, basic->revision, basic->region_size,
	           basic->memory_type == VMX_MEMORY_WRITE_BACK    ? "write-back"
	           : basic->memory_type == VMX_MEMORY_UNCACHEABLE ? "uncacheable"
	                                                          : "unknown memory type");
}

/* Where the VMXON regions of a group are, in the order of its CPUs. */
struct regions {
	uint64_t first, last;
	uint64_t step; /* from one to the next, if even */
	bool even;
};

static struct regions regions_of(const struct group *group)
{
	struct regions regions = {.even = true};
	uint32_t seen = 0;

	for (const struct cpu *cpu = group_first(group); cpu != NULL; cpu = group_after(cpu)) {
		uint64_t phys = cpu->found.region_phys;

		if (seen == 0)
			regions.first = phys;
		else if (seen == 1)
			regions.step = phys - regions.first;
		else
			regions.even &= phys - regions.last == regions.step;
		regions.last = phys;
		seen++;
	}
	return regions;
}

static void print_addresses(const struct group *group, struct text *to)
{
	const char *separator = "";

	for (const struct cpu *cpu = group_first(group); cpu != NULL; cpu = group_after(cpu)) {
		text_print(to, "%s%#lx", separator, cpu->found.region_phys);
		separator = ",";
	}
}

/*
 * Each CPU has its own VMXON region: SDM vol. 3C 24.11.5 "VMXON Region". The kernel allocates them
 * in the order of the CPUs, so the distance between two says where all are. Otherwise one address
 * each would make the line of a large machine as long as its list of CPUs.
 */
static void print_regions(const struct group *group, struct text *to)
{
	struct regions regions = regions_of(group);

	if (regions.first == 0 || regions.last == 0) {
		text_print(to, "VMXON region not recorded");
	} else if (group->count == 1) {
		text_print(to, "VMXON region at %#lx", regions.first);
	} else if (!regions.even && group->count <= ADDRESSES_MAX) {
		text_print(to, "VMXON regions at ");
		print_addresses(group, to);
	} else {
		text_print(to, "VMXON regions from %#lx to %#lx", regions.first, regions.last);
		if (regions.even)
			text_print(to, ", %#lx apart", regions.step);
	}
}

static void print_vmxon(const struct group *group, const struct vmx_outcome *outcome,
                        struct text *to)
{
	if (outcome->vmxon.kind == VMX_NOT_TRIED)
		return;
	group_print_begin(group, to);
	text_print(to, "CR0 = %#lx, CR4 = %#lx\n", outcome->cr0, outcome->cr4);
	group_print_begin(group, to);
	print_regions(group, to);
	text_print(to, ", VMXON %s\n", vmx_status_key(outcome->vmxon.kind));
	if (outcome->vmxon.kind == VMX_SUCCEEDED &&
	    outcome->predicted.status.kind != VMX_SUCCEEDED) {
		group_print_begin(group, to);
		text_print(to, "warning: VMXON succeeded, but the SDM predicts failure (%s): %s\n",
		           vmx_status_key(outcome->predicted.status.kind),
		           outcome->predicted.because);
	}
}

/* Prints what the plan would do, if it was not carried out. */
static void print_plan(const struct group *group, const struct cpu *cpu, struct text *to)
{
	const struct vmx_plan *plan = &cpu->plan;
	const struct vmxon_prediction *predicted = &cpu->outcome.predicted;

	if (cpu->outcome.vmxon.kind != VMX_NOT_TRIED || predicted->because == NULL)
		return;
	group_print_begin(group, to);
	if (plan->write_feature_control)
		text_print(to, "would write IA32_FEATURE_CONTROL = %#lx, ", plan->feature_control);
	else
		text_print(to, "would leave IA32_FEATURE_CONTROL unchanged, ");
	text_print(to, "load CR0 = %#lx and CR4 = %#lx\n", plan->cr0, plan->cr4);
	group_print_begin(group, to);
	if (predicted->status.kind == VMX_SUCCEEDED)
		text_print(to, "VMXON would succeed: %s\n", predicted->because);
	else
		text_print(to, "warning: VMXON would not succeed (%s): %s\n",
		           vmx_status_key(predicted->status.kind), predicted->because);
}

/* Prints what is unusual, but not a failure. */
static void print_oddities(const struct group *group, const struct cpu *cpu, struct text *to)
{
	if (cpu->evidence.vmxe_at_entry) {
		group_print_begin(group, to);
		text_print(to, "warning: CR4.VMXE was set at entry: earlier software used VMX\n");
	}
	if (cpu->outcome.feature_control_write_faulted && cpu_reason(cpu) == REASON_NONE) {
		group_print_begin(group, to);
		text_print(to, "warning: writing IA32_FEATURE_CONTROL faulted: another CPU locked "
		               "it first, with VMX enabled\n");
	}
}

/*
 * Prints nothing about a failed guest if the record comes from a REPORT block, which rootmode-check
 * reads: the block has the reason, but not what the guest should have done.
 */
static void narrate_proof(const struct group *group, const struct vmx_proof *proof, struct text *to)
{
	bool lacks_details = proof->reason != REASON_NONE && proof->what == NULL;

	if (!proof->tried || lacks_details)
		return;
	for (enum proof_guest guest = 0; guest < PROOF_GUESTS; guest++) {
		group_print_begin(group, to);
		proof_print(proof, guest, to);
		text_print(to, "\n");
	}
}

static void print_failure(const struct group *group, struct text *to)
{
	const struct cpu *cpu = group->cpus->cpu[group->first];
	enum reason reason = cpu_reason(cpu);

	if (reason == REASON_NONE)
		return;
	group_print_begin(group, to);
	text_print(to, "error: ");
	if (reason == REASON_AP_TIMEOUT) {
		text_print(to, "APIC ID ");
		group_print_apic_ids(group, to);
		text_print(to, " ");
	}
	explain_reason(cpu, reason, to);
	text_print(to, "\n");
	group_print_begin(group, to);
	text_print(to, "hint: %s\n", hint_for(reason, cpu));
}

static void print_group(const struct group *group, struct text *to)
{
	const struct cpu *cpu = group->cpus->cpu[group->first];

	/* Each of these prints nothing about what was not read or not done. */
	if (cpu->evidence.signature != 0)
		print_identity(group, &cpu->evidence, to);
	print_feature_control(group, "", &cpu->evidence.feature_control, to);
	print_feature_control(group, " after writing it", &cpu->outcome.feature_control_after, to);
	print_basic(group, &cpu->evidence, to);
	print_plan(group, cpu, to);
	print_vmxon(group, &cpu->outcome, to);
	print_oddities(group, cpu, to);
	narrate_proof(group, &cpu->proof, to);
	print_failure(group, to);
}

/*
 * Prints only what failed after narrate_cpus() printed the other failures. If the same failure
 * appeared twice, the reader would look for two causes.
 */
void narrate_leaving(const struct machine *machine, struct text *to)
{
	struct group group = {.cpus = &machine->cpus, .order = record_order};

	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
		const struct cpu *cpu = machine->cpus.cpu[group.first];

		if (cpu_reason(cpu) == REASON_VMXOFF ||
		    (cpu->progress.failure == REASON_AP_TIMEOUT &&
		     cpu->progress.last_step == CPU_DONE && cpu->reported != REASON_AP_TIMEOUT))
			print_failure(&group, to);
	}
}

void narrate_cpus(const struct machine *machine, struct text *to)
{
	struct group group = {
		.cpus = &machine->cpus,
		.order = machine->verbose ? NULL : record_order,
	};

	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1)
		print_group(&group, to);
}
