/* The first thing that C code does: set up the BSP. Also the loader's facts, for the kernel. */
#include "arch/x86_64/boot.h"
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/this_cpu.h"
#include "kernel/lib/crc32.h"
#include "kernel/machine/arch.h"

extern const char text_start[], text_loaded_end[]; /* linker.ld */

static struct descriptors descriptors;

/* First of all the exception handlers: before, any fault is a triple fault, which shows nothing. */
void arch_init(void)
{
	descriptors_init();
	this_cpu_init_bsp(); /* first: handlers need it, and an NMI may come with the next step */
	inherited_cr0(&arch_this_cpu()->inherited, boot_cr0);
	descriptors_load(&descriptors, (uint64_t)nmi_stack_top, (uint64_t)fatal_stack_top);
}

uint64_t arch_boot_information_phys(void)
{
	return boot_information_phys;
}

bool arch_is_pvh(void)
{
	return boot_protocol == BOOT_PVH;
}

uint64_t arch_image_phys(void)
{
	return boot_image_phys;
}

uint64_t arch_image_size(void)
{
	return (uint64_t)(image_end - image_start);
}

uint32_t arch_text_crc32(void)
{
	uint32_t crc = 0;

	for (const char *at = text_start; at < text_loaded_end; at++)
		crc = crc32_add(crc, (uint8_t)*at);
	return crc;
}

void arch_relax(void)
{
	pause();
}
