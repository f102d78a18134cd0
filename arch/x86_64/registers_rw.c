/* Reads and writes registers of the calling CPU for the monitor. */
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/register_instructions.h"
#include "arch/x86_64/registers.h"
#include "kernel/lib/count.h"
#include "kernel/machine/arch.h"

static struct vmx_status status_of(raw_status_t raw)
{
	return raw & RAW_FAULT ? raw_fault(raw) : (struct vmx_status){.kind = VMX_SUCCEEDED};
}

struct vmx_status arch_read_msr(uint32_t msr, uint64_t *value)
{
	return status_of(rdmsr_safe(msr, value));
}

struct vmx_status arch_write_msr(uint32_t msr, uint64_t value)
{
	return status_of(wrmsr_safe(msr, value));
}

struct vmx_status arch_write_cr4(uint64_t value)
{
	return status_of(write_cr4_safe(value));
}

uint64_t arch_read_cr4(void)
{
	return read_cr4();
}

/*
 * A write to one of these succeeds, but the kernel cannot survive it. An MSR that is not listed
 * either does not affect the kernel, or WRMSR faults and the kernel recovers.
 */
const char *arch_msr_would_break(uint32_t msr)
{
	static const struct {
		uint32_t first, last;
		const char *what;
	} needed[] = {
		{IA32_TIME_STAMP_COUNTER, IA32_TIME_STAMP_COUNTER, "the clock"},
		{IA32_APIC_BASE, IA32_APIC_BASE, "interrupts between CPUs"},
		{IA32_TSC_ADJUST, IA32_TSC_ADJUST, "the clock"},
		{IA32_BIOS_UPDT_TRIG, IA32_BIOS_UPDT_TRIG, "the CPU's microcode"},
		{IA32_MISC_ENABLE, IA32_MISC_ENABLE, "no-execute pages"},
		{IA32_DEBUGCTL, IA32_DEBUGCTL, "memory, by branch traces"},
		{IA32_MTRR_PHYSBASE0, IA32_PAT, "the memory types"},
		{IA32_MTRR_DEF_TYPE, IA32_MTRR_DEF_TYPE, "the memory types"},
		{IA32_RTIT_OUTPUT_BASE, IA32_RTIT_ADDR3_B, "memory, by processor traces"},
		{IA32_DS_AREA, IA32_DS_AREA, "memory, by the debug store"},
		{IA32_U_CET, IA32_INTERRUPT_SSP_TABLE_ADDR, "branches and returns"},
		{IA32_PKRS, IA32_PKRS, "the rights to pages"},
		{IA32_X2APIC_FIRST, IA32_X2APIC_LAST, "interrupts between CPUs"},
		{IA32_EFER, IA32_EFER, "64-bit mode and no-execute pages"},
		{IA32_FS_BASE, IA32_GS_BASE, "the CPU's record"},
	};

	for (unsigned i = 0; i < COUNT_OF(needed); i++) {
		if (msr >= needed[i].first && msr <= needed[i].last)
			return needed[i].what;
	}
	return NULL;
}

/* The other bits do not affect this kernel, or the CPU raises #GP for them. */
const char *arch_cr4_would_break(uint64_t value)
{
	if (!(value & CR4_PAE))
		return "64-bit mode";
	if (value & (CR4_CET | CR4_PKS | CR4_LASS))
		return "branches, or the rights to pages";
	return value & CR4_FRED ? "exceptions" : NULL;
}

void arch_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t registers[4])
{
	struct cpuid r = cpuid(leaf, subleaf);

	registers[0] = r.eax;
	registers[1] = r.ebx;
	registers[2] = r.ecx;
	registers[3] = r.edx;
}
