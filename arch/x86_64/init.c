/* The BSP's own tables, from the first C statement on. */
#include "arch/x86_64/boot.h"
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/registers.h"
#include "kernel/machine/arch.h"

static struct descriptors descriptors;
static struct cpu unlisted; /* the BSP's record until there is a list of CPUs */
static struct cpu *bsp = &unlisted;

void arch_init(void)
{
	descriptors_init();
	descriptors_load(&descriptors, (uint64_t)nmi_stack_top, (uint64_t)fatal_stack_top);
	wrmsr(IA32_GS_BASE, (uint64_t)&bsp);
}

void arch_set_bsp(struct cpu *cpu)
{
	bsp = cpu;
}

uint64_t arch_boot_information_phys(void)
{
	return boot_information_phys;
}

uint64_t arch_image_phys(void)
{
	return boot_image_phys;
}

uint64_t arch_image_size(void)
{
	return (uint64_t)(image_end - image_start);
}

void arch_relax(void)
{
	pause();
}
