#include "kernel/run/cpu_main.h"

#include "kernel/machine/arch.h"

/* Announces the step, because it can hang: a host hypervisor may mishandle an MSR. */
static void read_and_plan(struct cpu *cpu)
{
	arch_vmx_read_evidence(&cpu->evidence);
	arch_smp_announce(CPU_EVIDENCE);
	arch_vmx_plan(&cpu->evidence, &cpu->plan);
}

/*
 * The self-test has a part on each side of VMXON. The first part checks, for example, that VMCLEAR
 * raises #UD outside VMX operation: SDM vol. 3C 30.3 "VMX Instructions".
 */
static void execute_plan(struct cpu *cpu)
{
	if (cpu->orders.selftest)
		arch_vmx_selftest_before(cpu);
	arch_vmx_enter(cpu);
	if (cpu->outcome.in_root_operation && cpu->orders.selftest)
		arch_vmx_selftest(cpu);
}

/*
 * Announces CPU_VMXON even if the plan forbids VMXON: it also means that the plan is made. If the
 * CPU hangs, the BSP then knows that it hung later.
 */
static void enter_first(struct cpu *cpu)
{
	read_and_plan(cpu);
	arch_smp_announce(CPU_VMXON);
	if (cpu->plan.stop != REASON_NONE || cpu->found.region_phys == 0)
		return;
	if (cpu->orders.observe)
		arch_vmx_predict(cpu);
	else
		execute_plan(cpu);
}

static void enter_again(struct cpu *cpu)
{
	arch_smp_announce(CPU_VMXON);
	arch_vmx_enter_again(cpu);
}

void cpu_enter(struct cpu *cpu)
{
	if (cpu->outcome.in_root_operation)
		return;
	if (cpu->outcome.vmxon.kind == VMX_SUCCEEDED)
		enter_again(cpu);
	else
		enter_first(cpu);
}

void cpu_prove(struct cpu *cpu)
{
	cpu->proof = (struct vmx_proof){.cycles = cpu->proof.cycles};
	if (cpu->outcome.in_root_operation)
		arch_vmx_prove(cpu);
}

/* These facts come after VMXON: nothing on the way depends on them, and the reads take time. */
void cpu_finish(struct cpu *cpu)
{
	arch_read_facts(cpu);
	if (cpu->orders.prove)
		cpu_prove(cpu);
	cpu->finished = true;
	arch_smp_announce(CPU_DONE);
}

void cpu_main(struct cpu *cpu)
{
	cpu_enter(cpu);
	cpu_finish(cpu);
}

void cpu_selftest(struct cpu *cpu)
{
	cpu->selftest = (struct vmx_selftest){0};
	if (!cpu->outcome.in_root_operation)
		return;
	arch_vmx_leave(cpu);
	arch_vmx_selftest_before(cpu);
	cpu_enter(cpu);
	if (cpu->outcome.in_root_operation)
		arch_vmx_selftest(cpu);
}
