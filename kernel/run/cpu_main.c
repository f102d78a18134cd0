#include "kernel/run/cpu_main.h"

#include "kernel/machine/arch.h"

/* The BSP may give up on this CPU at any time, so progress is announced at each step. */
static void cpu_look(struct cpu *cpu)
{
	arch_vmx_read_evidence(&cpu->evidence);
	arch_smp_announce(CPU_EVIDENCE);
	arch_vmx_plan(&cpu->evidence, &cpu->plan);
}

/*
 * Some checks of the self-test must run outside VMX operation, such as VMCLEAR there, which raises
 * #UD: SDM vol. 3C 30.3 "VMX Instructions". So the self-test has a part on each side of VMXON.
 */
static void carry_out(struct cpu *cpu)
{
	if (cpu->orders.selftest)
		arch_vmx_selftest_before(cpu);
	arch_vmx_enter(cpu);
	if (cpu->outcome.in_root_operation && cpu->orders.selftest)
		arch_vmx_selftest(cpu);
}

/*
 * Announces CPU_VMXON even if VMXON must not be tried, because the BSP otherwise could not tell
 * this CPU from one that hung while it made its plan.
 */
static void enter_first(struct cpu *cpu)
{
	cpu_look(cpu);
	arch_smp_announce(CPU_VMXON);
	if (cpu->plan.stop != REASON_NONE || cpu->found.region_phys == 0)
		return;
	if (cpu->orders.observe)
		arch_vmx_predict(cpu);
	else
		carry_out(cpu);
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

void cpu_finish(struct cpu *cpu)
{
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
