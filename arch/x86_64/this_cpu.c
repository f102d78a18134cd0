/*
 * The record of the calling CPU. IA32_GS_BASE holds the address of a pointer to it rather than of
 * the record itself, because a load is the cheapest access relative to GS: "mov %gs:0" reads the
 * pointer.
 */
#include "arch/x86_64/this_cpu.h"

#include "arch/x86_64/instructions.h"
#include "arch/x86_64/registers.h"
#include "kernel/machine/arch.h"

/* The BSP's record until there is a list of CPUs: a panic before that needs one, too. */
static struct cpu unlisted;
static struct cpu *bsp = &unlisted;

void this_cpu_set(struct cpu *const *cpu)
{
	wrmsr(IA32_GS_BASE, (uint64_t)cpu);
}

void this_cpu_init_bsp(void)
{
	this_cpu_set(&bsp);
}

void arch_set_bsp(struct cpu *cpu)
{
	cpu->inherited = bsp->inherited;
	bsp = cpu;
}

struct cpu *arch_this_cpu(void)
{
	struct cpu *cpu;

	__asm__("mov %%gs:0, %0" : "=r"(cpu));
	return cpu;
}
