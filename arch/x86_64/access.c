/* Registers of the calling CPU, for a person who asks. */
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/recover.h"
#include "kernel/arch.h"

static struct fault told(fault_t fault)
{
	return (struct fault){
		.taken = fault != 0,
		.vector = fault_vector(fault),
		.error_code = fault_error_code(fault),
	};
}

struct fault arch_read_msr(uint32_t msr, uint64_t *value)
{
	return told(recover_rdmsr(msr, value));
}

struct fault arch_write_msr(uint32_t msr, uint64_t value)
{
	return told(recover_wrmsr(msr, value));
}

struct fault arch_write_cr4(uint64_t value)
{
	return told(recover_write_cr4(value));
}

uint64_t arch_read_cr4(void)
{
	return read_cr4();
}

void arch_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t registers[4])
{
	struct cpuid r = cpuid(leaf, subleaf);

	registers[0] = r.eax;
	registers[1] = r.ebx;
	registers[2] = r.ecx;
	registers[3] = r.edx;
}
