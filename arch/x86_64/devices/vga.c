/* The screen's memory, and the text screen's cursor. */
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/registers.h"
#include "kernel/machine/arch.h"

enum {
	VGA_TEXT_PHYS = 0xB8000,
	VGA_CRTC_INDEX = 0x3D4,
	VGA_CRTC_DATA = 0x3D5,
	VGA_CURSOR_START = 0x0A,
	VGA_CURSOR_OFF = 1 << 5,
	LEGACY_END = 1 << 20, /* below, the fixed-range MTRRs say how memory is cached */
};

uint64_t arch_screen_text_phys(void)
{
	return VGA_TEXT_PHYS;
}

/*
 * Makes the page attributes that paging.c uses for a framebuffer mean write combining: SDM vol. 3A
 * 11.12.2 "IA32_PAT MSR". Nothing is mapped with them before. On a CPU where this is not done, they
 * mean uncached, which is slower and no less right.
 */
static void allow_write_combining(void)
{
	uint64_t mask = 0xFFull << PAT_ENTRY_SHIFT(PAT_DISPLAY);

	if (cpuid(1, 0).edx & CPUID_1_EDX_PAT)
		wrmsr(IA32_PAT, (rdmsr(IA32_PAT) & ~mask) |
		                        PAT_WRITE_COMBINING << PAT_ENTRY_SHIFT(PAT_DISPLAY));
}

void *arch_screen_map(uint64_t phys, uint64_t size)
{
	if (phys + size <= LEGACY_END)
		return arch_map(phys, size);
	allow_write_combining();
	return paging_map_display(phys, size);
}

void arch_screen_hide_cursor(void)
{
	out8(VGA_CRTC_INDEX, VGA_CURSOR_START);
	out8(VGA_CRTC_DATA, VGA_CURSOR_OFF);
}
