/* Maps the screen's memory, and hides the cursor of a text screen. */
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
	LEGACY_END = 1 << 20, /* below, the fixed-range MTRRs set the memory type */
};

uint64_t arch_screen_text_phys(void)
{
	return VGA_TEXT_PHYS;
}

/*
 * Sets the PAT entry that paging.c uses for a framebuffer to write combining: SDM vol. 3A 11.12.2
 * "IA32_PAT MSR". No page uses the entry yet, so no cache needs a flush. On the other CPUs the
 * entry keeps its reset value, uncached, which is slower but correct.
 */
static void allow_write_combining(void)
{
	uint64_t mask = 0xFFull << PAT_ENTRY_SHIFT(PAT_DISPLAY);
	struct inherited *inherited = &arch_this_cpu()->inherited;

	if (!(cpuid(1, 0).edx & CPUID_1_EDX_PAT))
		return;
	inherited->pat = rdmsr(IA32_PAT);
	inherited->pat_changed = true;
	wrmsr(IA32_PAT,
	      (inherited->pat & ~mask) | PAT_WRITE_COMBINING << PAT_ENTRY_SHIFT(PAT_DISPLAY));
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
