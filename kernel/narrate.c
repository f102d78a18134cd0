#include "kernel/report.h"

#include "kernel/group.h"
#include "kernel/record.h"

enum { OWN_LINES_MAX = 16 }; /* with more CPUs, those with the same facts share lines */

/* Begins a line "cpu 3: " or "cpus 0-3,8: ". */
static void begin(const struct group *group, struct text *to)
{
	text_print(to, group_count(group) == 1 ? "cpu " : "cpus ");
	group_print_indices(group, to);
	text_print(to, ": ");
}

static void print_identity(const struct group *group, const struct vmx_evidence *e, struct text *to)
{
	uint32_t family = e->signature >> 8 & 0xF;
	uint32_t model = e->signature >> 4 & 0xF;

	/* SDM vol. 2A CPUID "CPU Identification", on the extended family and model */
	if (family == 6 || family == 15)
		model |= e->signature >> 12 & 0xF0;
	if (family == 15)
		family += e->signature >> 20 & 0xFF;
	begin(group, to);
	text_print(to, "%s, %s, family %u, model %u, stepping %u, APIC ID ", e->vendor,
		   e->brand[0] ? e->brand : "no brand string", family, model, e->signature & 0xF);
	group_print_apic_ids(group, to);
	if (e->hypervisor)
		text_print(to, ", under the hypervisor %s",
			   e->hypervisor_vendor[0] ? e->hypervisor_vendor : "(it gives no name)");
	text_print(to, "\n");
	begin(group, to);
	text_print(to, "CPUID.1:ECX.VMX[5] = %u\n", e->vmx);
}

static void print_feature_control(const struct group *group, const char *when,
				  const struct msr_reading *reading, struct text *to)
{
	struct vmx_feature_control words;

	if (reading->state == MSR_NOT_READ)
		return;
	begin(group, to);
	if (reading->state == MSR_FAULTED) {
		text_print(to, "IA32_FEATURE_CONTROL%s: RDMSR faults\n", when);
		return;
	}
	words = record_feature_control(reading->value);
	text_print(to, "IA32_FEATURE_CONTROL%s = %#lx: %s, VMX outside SMX %s, VMX in SMX %s\n", when,
		   reading->value, words.locked ? "locked" : "unlocked",
		   words.vmx_outside_smx ? "on" : "off", words.vmx_in_smx ? "on" : "off");
}

static void print_basic(const struct group *group, const struct msr_reading *reading, struct text *to)
{
	struct vmx_basic basic = record_basic(reading->value);

	if (reading->state != MSR_READ)
		return;
	begin(group, to);
	text_print(to, "IA32_VMX_BASIC = %#lx: revision identifier %#x, region size %u bytes, %s\n",
		   reading->value, basic.revision, basic.region_size,
		   basic.memory_type == VMX_MEMORY_WRITE_BACK   ? "write-back"
		   : basic.memory_type == VMX_MEMORY_UNCACHEABLE ? "uncacheable"
								: "unknown memory type");
}

/* The addresses are each CPU's own; a group of several names the lowest and the highest. */
static void print_regions(const struct group *group, struct text *to)
{
	uint64_t low = UINT64_MAX, high = 0;

	for (uint32_t i = group->first; i < group->cpus->count; i++) {
		uint64_t phys = group->cpus->cpu[i]->region_phys;

		if (!group_has(group, i))
			continue;
		low = phys < low ? phys : low;
		high = phys > high ? phys : high;
	}
	if (low == high)
		text_print(to, "VMXON region at %#lx", low);
	else
		text_print(to, "VMXON regions from %#lx to %#lx", low, high);
}

static void print_vmxon(const struct group *group, const struct vmx_outcome *outcome, struct text *to)
{
	if (outcome->vmxon == VMXON_NOT_TRIED)
		return;
	begin(group, to);
	text_print(to, "CR0 = %#lx, CR4 = %#lx\n", outcome->cr0, outcome->cr4);
	begin(group, to);
	print_regions(group, to);
	text_print(to, ", VMXON ");
	if (outcome->vmxon == VMXON_SUCCEEDED)
		text_print(to, "succeeded");
	else if (outcome->vmxon == VMXON_FAULTED)
		text_print(to, "faulted: vector %u, error code %#x", outcome->fault_vector,
			   outcome->fault_error_code);
	else if (outcome->vmxon == VMXON_FAIL_VALID)
		text_print(to, "failed: VM-instruction error %u", outcome->instruction_error);
	else
		text_print(to, "failed: %s",
			   outcome->vmxon == VMXON_FAIL_INVALID ? "VMfailInvalid" : "no flag changed");
	text_print(to, "\n");
}

static const char *reached(enum cpu_progress progress)
{
	switch (progress) {
	case CPU_SILENT:
		return "gave no sign of life after INIT and SIPI";
	case CPU_PROTECTED_MODE:
		return "started, and stopped on the way to 64-bit mode";
	case CPU_LONG_MODE:
		return "started, and stopped while it read its registers";
	default:
		return "started, and stopped while it entered VMX operation";
	}
}

/* What went wrong, in a sentence without an end. */
static void print_reason(const struct cpu *cpu, enum reason reason, struct text *to)
{
	switch (reason) {
	case REASON_NO_VMX:
		text_print(to, "%s offers no VMX (CPUID.1:ECX.VMX[5] = 0)",
			   cpu->evidence.vendor[0] ? cpu->evidence.vendor : "the CPU");
		break;
	case REASON_LOCKED_OFF:
		text_print(to, "the firmware has locked VMX off in IA32_FEATURE_CONTROL");
		break;
	case REASON_SMX_ONLY:
		text_print(to, "the firmware has locked IA32_FEATURE_CONTROL so that VMX works in SMX "
			       "operation only");
		break;
	case REASON_FEATURE_CONTROL_FAULT:
		text_print(to, "IA32_FEATURE_CONTROL cannot be read");
		break;
	case REASON_WRITE_REFUSED:
		text_print(to, "IA32_FEATURE_CONTROL is unlocked, but writing %#lx to it %s",
			   cpu->plan.feature_control,
			   cpu->outcome.feature_control_write_faulted ? "faults" : "has no effect");
		break;
	case REASON_CAPABILITY_FAULT:
		text_print(to, "the VMX capability MSRs cannot be read");
		break;
	case REASON_CR_FIXED_BITS:
		text_print(to, "the VMX-fixed bits conflict with what is needed: CR0 bits %#lx, CR4 bits "
			       "%#lx",
			   cpu->plan.cr0_conflict, cpu->plan.cr4_conflict);
		break;
	case REASON_AP_TIMEOUT:
		text_print(to, "APIC ID %u %s", cpu->apic_id, reached(cpu->reached));
		break;
	case REASON_OUT_OF_MEMORY:
		text_print(to, "there is no memory left for it");
		break;
	case REASON_VMXOFF:
		text_print(to, "VMXOFF failed, it is still in VMX operation");
		break;
	default:
		text_print(to, "VMXON did not succeed: %s", reason_code(reason));
		break;
	}
}

static void print_trouble(const struct group *group, struct text *to)
{
	const struct cpu *cpu = group->cpus->cpu[group->first];
	enum reason reason = cpu_reason(cpu);

	if (reason == REASON_NONE)
		return;
	begin(group, to);
	text_print(to, "error: ");
	print_reason(cpu, reason, to);
	text_print(to, "\n");
	if (reason_hint(reason) != NULL) {
		begin(group, to);
		text_print(to, "hint: %s\n", reason_hint(reason));
	}
}

static void print_group(const struct group *group, struct text *to)
{
	const struct cpu *cpu = group->cpus->cpu[group->first];

	if (cpu->evidence.signature != 0) {
		print_identity(group, &cpu->evidence, to);
		print_feature_control(group, "", &cpu->evidence.feature_control, to);
		print_feature_control(group, " after writing it", &cpu->outcome.feature_control_after, to);
		print_basic(group, &cpu->evidence.msr[0], to);
		print_vmxon(group, &cpu->outcome, to);
	}
	print_trouble(group, to);
}

static bool never_same(const struct cpu *a, const struct cpu *b, const void *context)
{
	(void)a;
	(void)b;
	(void)context;
	return false;
}

void report_narrate(const struct machine *machine, struct text *to)
{
	bool own_lines = machine->verbose || machine->cpus.count <= OWN_LINES_MAX;
	struct group group = {
		.cpus = &machine->cpus,
		.same = own_lines ? never_same : record_same,
	};

	if (own_lines) {
		for (group.first = 0; group.first < machine->cpus.count; group.first++)
			print_group(&group, to);
		return;
	}
	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1)
		print_group(&group, to);
}
