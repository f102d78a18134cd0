/*
 * Reads the evidence of the calling CPU and writes no register. The choice of leaves and MSRs is in
 * survey.c, which is pure and can also read a recorded CPU; this file gives it the real one.
 */
#include "arch/x86_64/boot.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/register_instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/plan.h"
#include "arch/x86_64/vmx/predict.h"
#include "arch/x86_64/vmx/survey.h"
#include "kernel/machine/arch.h"

static struct cpuid evidence_cpuid(struct survey_source *source, uint32_t leaf, uint32_t subleaf)
{
	(void)source;
	return cpuid(leaf, subleaf);
}

/* Each MSR may raise #GP, even one that CPUID advertises: host hypervisors leave some out. */
static void evidence_msr(struct survey_source *source, uint32_t msr, struct msr_reading *reading)
{
	(void)source;
	reading->state = rdmsr_safe(msr, &reading->value) ? MSR_FAULTED : MSR_READ;
}

/*
 * CR4.VMXE at entry shows that the loader or the firmware left VMX operation enabled. It can be
 * seen on the BSP only, in the copy of CR4 that start.asm kept: an AP comes from INIT, which clears
 * CR4 (SDM vol. 3A 9.1.1 "Processor State After Reset").
 */
void arch_vmx_read_evidence(struct vmx_evidence *evidence)
{
	struct survey_source this_cpu = {evidence_cpuid, evidence_msr};

	survey_cpu(&this_cpu, evidence);
	evidence->cr0 = read_cr0();
	evidence->cr4 = read_cr4();
	evidence->vmxe_at_entry = arch_this_cpu()->found.index == 0 && (boot_cr4 & CR4_VMXE);
}

void arch_vmx_plan(const struct vmx_evidence *evidence, struct vmx_plan *plan)
{
	vmx_plan(evidence, plan);
}

void arch_vmx_predict(struct cpu *cpu)
{
	cpu->outcome.predicted =
		vmxon_predict_plan(&cpu->evidence, &cpu->plan, cpu->found.region_phys);
}
