/*
 * Writes MSRs and control registers of the BSP. A write that faults is reported, and is not fatal.
 */
#include "tests/boot/spoil/spoil.h"

#include "arch/x86_64/registers.h"

enum { MISC_ENABLE_LIMIT_CPUID = 1 << 22 };

#define MISC_ENABLE_NO_EXECUTE_DISABLE BIT(34)

static void write_msr(uint32_t msr, uint64_t value)
{
	uint64_t after = 0;

	print_value("MSR", msr);
	print_value(try_write_msr(msr, value) ? "  written" : "  refuses, with a fault,", value);
	if (try_read_msr(msr, &after))
		print_value("  is now", after);
}

static void change_msr(uint32_t msr, uint64_t clear, uint64_t set)
{
	uint64_t value = 0;

	if (try_read_msr(msr, &value))
		write_msr(msr, (value & ~clear) | set);
	else
		print_value("no such MSR:", msr);
}

void registers_spoil_msr(const char *value)
{
	uint32_t msr = (uint32_t)number_take(&value);

	write_msr(msr, number_take(&value));
}

void registers_spoil_feature_control(const char *value)
{
	write_msr(IA32_FEATURE_CONTROL, number_take(&value));
}

void registers_spoil_pat(const char *value)
{
	write_msr(IA32_PAT, number_take(&value));
}

void registers_spoil_mtrrs(const char *value)
{
	(void)value;
	change_msr(IA32_MTRR_DEF_TYPE, MTRR_ENABLE, 0);
}

void registers_spoil_execute_disable(const char *value)
{
	(void)value;
	change_msr(IA32_MISC_ENABLE, 0, MISC_ENABLE_NO_EXECUTE_DISABLE);
}

void registers_spoil_cpuid_limit(const char *value)
{
	(void)value;
	change_msr(IA32_MISC_ENABLE, 0, MISC_ENABLE_LIMIT_CPUID);
}

static uint32_t read_cr0(void)
{
	uint32_t value;

	__asm__ volatile("mov %%cr0, %0" : "=r"(value));
	return value;
}

static uint32_t read_cr4(void)
{
	uint32_t value;

	__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

/* Sets additional bits. Paging stays disabled. */
void registers_spoil_cr0(const char *value)
{
	if (!try_write_cr0((read_cr0() | (uint32_t)number_take(&value)) & ~(uint32_t)CR0_PG))
		print("writing CR0 faulted");
	print_value("CR0", read_cr0());
}

void registers_spoil_cr0_clear(const char *value)
{
	if (!try_write_cr0(read_cr0() & ~(uint32_t)number_take(&value)))
		print("writing CR0 faulted");
	print_value("CR0", read_cr0());
}

void registers_spoil_cr4(const char *value)
{
	if (!try_write_cr4(read_cr4() | (uint32_t)number_take(&value)))
		print("writing CR4 faulted");
	print_value("CR4", read_cr4());
}

void registers_spoil_tsc(const char *value)
{
	if (!try_write_msr(IA32_TIME_STAMP_COUNTER, number_take(&value)))
		print("writing the time-stamp counter faulted");
}
