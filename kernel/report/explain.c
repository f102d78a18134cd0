#include "kernel/report/explain.h"

#include "kernel/record/hypervisor.h"
#include "kernel/record/record.h"

#include <stdbool.h>
#include <stddef.h>

static bool is_in_selftest(const struct vmx_selftest *selftest)
{
	return selftest->run && selftest->passed + selftest->failed + selftest->skipped == 0;
}

/*
 * The order matters: running is set only while a guest runs, so it says most. The last sentence is
 * for a report that was read back, which does not say more.
 */
static const char *where_inside(const struct cpu *cpu)
{
	if (cpu->proof.running)
		return "entered VMX operation, but its guest never exited";
	if (is_in_selftest(&cpu->selftest))
		return "entered VMX operation, but hung in the self-test";
	if (cpu->proof.tried && cpu->proof.cycles == 0)
		return "entered VMX operation, but hung before its guests finished";
	return "entered VMX operation, but hung later";
}

/*
 * A CPU announces a step after taking it, so it hung between that step and the next one. Each
 * sentence names this interval, because that is where somebody has to look.
 */
static const char *where_it_stopped(const struct cpu *cpu)
{
	switch (cpu->progress.last_step) {
	case CPU_SILENT:
		return cpu->found.kexec
		               ? "ignores INIT: Linux left it in VMX root operation, or it "
		                 "does not exist"
		               : "did not start after INIT-SIPI-SIPI";
	case CPU_PROTECTED_MODE:
		return "started, but hung in the trampoline, before 64-bit mode";
	case CPU_LONG_MODE:
		return "started, but hung while reading CPUID and MSRs";
	case CPU_EVIDENCE:
		return "started, but hung after reading CPUID and MSRs";
	case CPU_NO_EXECUTE_DISABLE:
		return "started, but its execute-disable (NX) bit is disabled, unlike the BSP's: "
		       "IA32_MISC_ENABLE[34]";
	case CPU_DONE:
		return "finished, but later hung";
	default:
		return cpu->outcome.vmxon.kind == VMX_SUCCEEDED
		               ? where_inside(cpu)
		               : "started, but hung before VMXON completed";
	}
}

static void explain_no_vmx(const struct vmx_evidence *evidence, struct text *to)
{
	bool from_hypervisor = evidence->hypervisor && !hypervisor_cpu_is_amd(evidence);
	const char *name = hypervisor_vendor(evidence);

	text_print(to, "CPUID.1:ECX.VMX[5] is clear: ");
	if (from_hypervisor)
		text_print(to, "the hypervisor%s%s does not expose VMX to this virtual machine",
		           name[0] != '\0' ? " " : "", name);
	else
		text_print(to, "this %s CPU does not support VMX", evidence->vendor);
	if (hypervisor_cpu_is_amd(evidence))
		text_print(to, "; SVM, its AMD counterpart, is not supported");
}

static void explain_timeout(const struct cpu *cpu, struct text *to)
{
	text_print(to, "%s", where_it_stopped(cpu));
	if (cpu->progress.last_step == CPU_DONE && cpu->progress.task != NULL)
		text_print(to, " while %s", cpu->progress.task);
	if (cpu->progress.apic_errors != 0)
		text_print(to, "; APIC error status %#x after the IPIs to it",
		           cpu->progress.apic_errors);
}

static void explain_refused(const struct cpu *cpu, struct text *to)
{
	text_print(to, "IA32_FEATURE_CONTROL is unlocked, but writing %#lx to it %s",
	           cpu->plan.feature_control,
	           cpu->outcome.feature_control_write_faulted ? "faults" : "has no effect");
}

/* A report that was read back may lack the MSR's value. */
static void explain_invalid(const struct cpu *cpu, struct text *to)
{
	const struct vmx_invalid *invalid = &cpu->plan.invalid;
	unsigned index = invalid->msr - VMX_MSR_FIRST;

	if (invalid->rule == NULL)
		text_print(to, "a VMX capability MSR contradicts the SDM");
	else
		text_print(to, "%s = %#lx is invalid: %s", record_msr_name(index),
		           cpu->evidence.msr[index].value, invalid->rule);
}

/*
 * VMXON requires certain bits of CR0 and CR4: SDM vol. 3C 23.8 "Restrictions on VMX Operation". The
 * plan refuses bits that the kernel does not know. If it had no conflict, loading the value
 * faulted.
 */
static void explain_fixed_bits(const struct vmx_plan *plan, struct text *to)
{
	text_print(to, "VMX operation requires bits that this kernel cannot set:");
	if (plan->cr0_conflict != 0)
		text_print(to, " CR0 bits %#lx", plan->cr0_conflict);
	if (plan->cr4_conflict != 0)
		text_print(to, " CR4 bits %#lx", plan->cr4_conflict);
	if (plan->cr0_conflict == 0 && plan->cr4_conflict == 0)
		text_print(to, " CR0 = %#lx or CR4 = %#lx faults", plan->cr0, plan->cr4);
}

/*
 * If the prediction differs, the sentence includes it: then the SDM gives no reason for the
 * failure, and the CPU or the host hypervisor is the suspect, not a setting.
 */
static void explain_vmxon(const struct vmx_outcome *outcome, struct text *to)
{
	switch (outcome->vmxon.kind) {
	case VMX_FAULTED:
		text_print(to, "VMXON faulted");
		if (outcome->vmxon.number != 0) /* a report that was read back lacks it */
			text_print(to, " with vector %u, error code %#x", outcome->vmxon.number,
			           outcome->vmxon.error_code);
		break;
	case VMX_FAIL_VALID:
		text_print(to, "VMXON failed with VM-instruction error %u", outcome->vmxon.number);
		break;
	case VMX_FAIL_INVALID:
		text_print(to, "VMXON failed with VMfailInvalid");
		break;
	default:
		text_print(to, "VMXON was not executed: it changed neither CF nor ZF, or VMPTRST "
		               "faults after it");
		break;
	}
	if (outcome->vmxon.kind == outcome->predicted.status.kind)
		return;
	text_print(to, "; the SDM predicts ");
	vmx_status_print(outcome->predicted.status, to);
	text_print(to, ": %s", outcome->predicted.because);
}

/* A report that was read back has no details of it. */
static void explain_guest(const struct cpu *cpu, enum reason reason, struct text *to)
{
	if (cpu->proof.what != NULL)
		proof_print_failure(&cpu->proof, to);
	else
		text_print(to, "a guest failed: %s", reason_code(reason));
}

void explain_reason(const struct cpu *cpu, enum reason reason, struct text *to)
{
	static const char *const sentences[REASON_COUNT] = {
		[REASON_LOCKED_OFF] =
			"VMX is disabled: IA32_FEATURE_CONTROL is locked with bit 2 clear",
		[REASON_SMX_ONLY] = "VMX is enabled in SMX operation only: IA32_FEATURE_CONTROL is "
				    "locked with bit 2 clear",
		[REASON_FEATURE_CONTROL_FAULT] =
			"CPUID reports VMX, but RDMSR of IA32_FEATURE_CONTROL faults",
		[REASON_CAPABILITY_FAULT] =
			"CPUID reports VMX, but RDMSR of its capability MSRs faults",
		[REASON_NO_LONG_MODE] =
			"this CPU has no 64-bit mode (CPUID.80000001H:EDX.LM[29] is clear)",
		[REASON_OUT_OF_MEMORY] = "not enough memory",
		[REASON_NO_LOW_MEMORY] =
			"no free page between 64 KiB and 640 KiB for the AP trampoline",
		[REASON_AP_UNREACHABLE] = "its APIC ID cannot be addressed in xAPIC mode",
		[REASON_APIC_DISABLED] =
			"the BSP's local APIC is disabled or absent, so it cannot start this CPU",
		[REASON_NO_CPU_LIST] =
			"the firmware provides no list of CPUs (ACPI MADT): only the BSP is used",
		[REASON_NOT_FINISHED] = "rootmode failed before this CPU finished",
		[REASON_NOT_SEEN] = "what decides was not read, so there is no verdict",
		[REASON_VMXOFF] = "VMXOFF failed: the CPU is still in VMX operation",
	};

	switch (reason) {
	case REASON_NO_VMX:
		explain_no_vmx(&cpu->evidence, to);
		break;
	case REASON_AP_TIMEOUT:
		explain_timeout(cpu, to);
		break;
	case REASON_WRITE_REFUSED:
		explain_refused(cpu, to);
		break;
	case REASON_CAPABILITY_INVALID:
		explain_invalid(cpu, to);
		break;
	case REASON_CR_FIXED_BITS:
		explain_fixed_bits(&cpu->plan, to);
		break;
	case REASON_VMXON_FAULT:
	case REASON_VMXON_FAIL_INVALID:
	case REASON_VMXON_FAIL_VALID:
	case REASON_VMXON_NO_EFFECT:
		explain_vmxon(&cpu->outcome, to);
		break;
	case REASON_VMCS:
	case REASON_VM_CONTROLS:
	case REASON_VM_ENTRY:
	case REASON_VM_EXIT:
		explain_guest(cpu, reason, to);
		break;
	default:
		text_print(to, "%s",
		           sentences[reason] != NULL ? sentences[reason] : reason_code(reason));
		break;
	}
}
