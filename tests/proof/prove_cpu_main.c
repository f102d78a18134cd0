/*
 * kernel/run/cpu_main.h: what a CPU does, as its orders and its plan say.
 *
 * bound: every order, plan and outcome
 * sources: kernel/run/cpu_main.c
 */
#include "kernel/machine/arch.h"
#include "kernel/run/cpu_main.h"
#include "tests/proof/claims.h"

static unsigned entered, entered_again, guests, announced;

void arch_read_facts(struct cpu *cpu)
{
	(void)cpu;
}

void arch_vmx_read_evidence(struct vmx_evidence *evidence)
{
	(void)evidence;
}

void arch_vmx_plan(const struct vmx_evidence *evidence, struct vmx_plan *plan)
{
	(void)evidence;
	plan->stop = (enum reason)nondet_u32();
}

void arch_vmx_predict(struct cpu *cpu)
{
	(void)cpu;
}

void arch_vmx_selftest_before(struct cpu *cpu)
{
	CLAIM(!cpu->orders.observe && cpu->plan.stop == REASON_NONE,
	      "no self-test without entering");
}

void arch_vmx_enter(struct cpu *cpu)
{
	CLAIM(!cpu->orders.observe, "observe writes nothing and enters nothing");
	CLAIM(cpu->plan.stop == REASON_NONE, "a plan that stops is not carried out");
	CLAIM(cpu->found.region_phys != 0, "VMXON has a region");
	cpu->outcome.in_root_operation = nondet_u8() & 1;
	entered++;
}

void arch_vmx_enter_again(struct cpu *cpu)
{
	(void)cpu;
	entered_again++;
}

void arch_vmx_selftest(struct cpu *cpu)
{
	CLAIM(cpu->outcome.in_root_operation, "the self-test runs in VMX operation");
}

void arch_vmx_prove(struct cpu *cpu)
{
	CLAIM(cpu->outcome.in_root_operation, "guests run in VMX operation");
	guests++;
}

void arch_vmx_leave(struct cpu *cpu)
{
	(void)cpu;
}

void arch_smp_announce(enum cpu_step step)
{
	CLAIM(step > announced, "steps are announced in order");
	announced = step;
}

void a_cpu_does_what_it_was_told_and_what_its_plan_allows(void)
{
	static struct cpu cpu; /* as it begins: all zero, but for: */

	cpu.found.region_phys = nondet_u64();
	cpu.orders = (struct cpu_orders){nondet_u8() & 1, nondet_u8() & 1, nondet_u8() & 1};
	cpu_main(&cpu);
	CLAIM(announced == CPU_DONE && cpu.finished, "it always says that it is done");
	CLAIM(entered <= 1 && entered_again == 0, "a CPU enters once while it starts");
	CLAIM(guests <= entered, "no guest without entering");
	if (guests == 1)
		REACHED("guests");
	if (cpu.orders.observe)
		REACHED("observe");
}
