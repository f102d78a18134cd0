#include "tools/check/findings.h"

#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/plan.h"
#include "arch/x86_64/vmx/predict.h"
#include "kernel/lib/count.h"
#include "tools/check/fail.h"
#include "tools/check/unread.h"

#include <stdlib.h>

/*
 * CR0 and CR4 as the kernel sets them before it plans, in boot/start.asm and trampoline.asm. Those
 * of Linux do not matter: the question is what rootmode would do.
 */
#define KERNEL_CR0 (CR0_PG | CR0_WP | CR0_ET | CR0_PE)
#define KERNEL_CR4 CR4_PAE

/* A VMXON region such as the kernel allocates: page-aligned, below 4 GiB. */
#define SOME_REGION 0x100000

struct findings *findings_new(enum origin origin, const char *path)
{
	struct findings *findings = allocate(1, sizeof(*findings));

	findings->origin = origin;
	findings->path = path;
	findings->machine.observe = true;
	findings->machine.apic_mode = "unknown";
	findings->machine.clock_source = "none";
	findings->odd = text_buffer(findings->odd_lines, sizeof(findings->odd_lines));
	return findings;
}

void findings_make_cpus(struct findings *findings, uint32_t count)
{
	struct cpu_list *cpus = &findings->machine.cpus;
	struct cpu *records = count != 0 ? allocate(count, sizeof(*records)) : NULL;

	cpus->cpu = allocate(count, sizeof(struct cpu *));
	cpus->count = count;
	findings->sights = allocate(count, sizeof(*findings->sights));
	for (uint32_t i = 0; i < count; i++) {
		cpus->cpu[i] = &records[i];
		records[i].found.index = records[i].found.apic_id = i;
		findings->sights[i].number = i;
	}
}

void findings_free(struct findings *findings)
{
	if (findings == NULL)
		return;
	if (findings->machine.cpus.cpu != NULL)
		free(findings->machine.cpus.cpu[0]);
	free(findings->machine.cpus.cpu);
	free(findings->sights);
	free(findings->log.boots);
	free(findings->text);
	free(findings);
}

/* Returns whether everything that the plan needs was read. A fault is an answer, too. */
static bool is_seen(const struct vmx_evidence *evidence)
{
	static const uint32_t needed[] = {IA32_VMX_BASIC, IA32_VMX_CR0_FIXED0, IA32_VMX_CR0_FIXED1,
	                                  IA32_VMX_CR4_FIXED0, IA32_VMX_CR4_FIXED1};

	if (!evidence->vmx)
		return true;
	for (unsigned i = 0; i < COUNT_OF(needed); i++) {
		if (evidence->msr[needed[i] - VMX_MSR_FIRST].state == MSR_NOT_READ)
			return false;
	}
	return evidence->feature_control.state != MSR_NOT_READ;
}

/*
 * Returns the last step that a CPU that timed out certainly took. The REPORT block does not have
 * it, but has what the CPU had recorded by then.
 */
static enum cpu_step known_step(const struct cpu *cpu)
{
	if (cpu->evidence.signature == 0)
		return CPU_SILENT;
	if (cpu->outcome.vmxon.kind == VMX_SUCCEEDED || !is_seen(&cpu->evidence))
		return CPU_VMXON;
	return CPU_EVIDENCE;
}

/*
 * Stores a reason from a log where the kernel had it: in the plan, the outcome or the progress. The
 * sentences are made from these places, so they come out as the kernel printed them.
 */
static void settle(struct cpu *cpu, enum reason reason)
{
	cpu->progress.last_step = reason == REASON_AP_TIMEOUT ? known_step(cpu) : CPU_DONE;
	cpu->proof.reason = reason;
	if (reason == cpu->plan.stop)
		return;
	cpu->plan.stop = REASON_NONE;
	if (cpu->evidence.signature == 0)
		cpu->progress.failure = reason;
	else
		cpu->outcome.reason = reason;
}

/*
 * Where a dump lacks CPUID.80000001H, the VMX capability MSRs tell 64-bit CPUs as well: no other
 * has the VM-exit control "host address-space size". SDM vol. 3C 24.7.1 "VM-Exit Controls"
 */
static enum long_mode long_mode_of(const struct cpu *cpu, const struct sight *sight)
{
	const struct msr_reading *exits = &cpu->evidence.msr[IA32_VMX_EXIT_CTLS - VMX_MSR_FIRST];

	if (sight->long_mode != LONG_MODE_UNSEEN || exits->state != MSR_READ)
		return sight->long_mode;
	return exits->value >> VMX_ALLOWED1_SHIFT & EXIT_HOST_64BIT ? LONG_MODE_YES : LONG_MODE_NO;
}

/* A list without VMX leaves it open, unless it shows CPUID's own bit. */
static bool is_left_open(const struct name_list *names)
{
	return names->format != NULL && names->listed != NAME_YES &&
	       !(names->raw && names->listed == NAME_NO);
}

static void conclude_cpu(struct cpu *cpu, struct sight *sight, const struct name_list *names)
{
	struct vmx_evidence *evidence = &cpu->evidence;
	bool known = (evidence->signature != 0 || sight->vmx_implied || evidence->vmx) &&
	             !is_left_open(names);
	bool seen = is_seen(evidence);

	evidence->unread = unread_find(evidence);
	sight->long_mode = long_mode_of(cpu, sight);
	cpu->orders.observe = true; /* a log's result is taken as it is; nothing else was entered */
	evidence->cr0 = KERNEL_CR0;
	evidence->cr4 = KERNEL_CR4;
	if (known)
		vmx_plan(evidence, &cpu->plan);
	if (known && names->locked)
		cpu->plan.stop = REASON_LOCKED_OFF;
	seen |= cpu->plan.stop == REASON_LOCKED_OFF || cpu->plan.stop == REASON_SMX_ONLY;
	if (known && !sight->recorded && sight->long_mode == LONG_MODE_NO)
		cpu->plan.stop = REASON_NO_LONG_MODE;
	if (cpu->plan.stop == REASON_NONE && evidence->vmx && !sight->recorded)
		seen &= sight->long_mode != LONG_MODE_UNSEEN;
	if (sight->recorded)
		settle(cpu, sight->recorded_reason);
	else if (!known || (!seen && cpu->plan.stop != REASON_NO_LONG_MODE))
		cpu->progress.failure = REASON_NOT_SEEN;
	if (cpu->outcome.vmxon.kind != VMX_NOT_TRIED)
		cpu->outcome.predicted =
			(struct vmxon_prediction){.status = cpu->outcome.vmxon, .because = ""};
	else if (known && cpu_reason(cpu) == REASON_NONE && seen)
		cpu->outcome.predicted = vmxon_predict_plan(evidence, &cpu->plan, SOME_REGION);
}

void findings_conclude(struct findings *findings)
{
	static const struct name_list none;

	for (uint32_t i = 0; i < findings->machine.cpus.count; i++)
		conclude_cpu(findings->machine.cpus.cpu[i], &findings->sights[i],
		             i == 0 ? &findings->names : &none);
}
