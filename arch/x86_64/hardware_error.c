#include "arch/x86_64/hardware_error.h"

#include "arch/x86_64/instructions.h"
#include "arch/x86_64/register_instructions.h"
#include "arch/x86_64/registers.h"
#include "kernel/console/log.h"

#include <stddef.h>

enum {
	PORT_B = 0x61,
	BANKS_MOST = 32,
	BANK_MSRS = 4,
};

static void print_bank(unsigned bank)
{
	uint32_t msr = IA32_MC0_STATUS + bank * BANK_MSRS;
	uint64_t status, address = 0;

	if (rdmsr_safe(msr, &status) != 0 || !(status & MCI_STATUS_VALID))
		return;
	if (status & MCI_STATUS_ADDRESS_VALID)
		(void)rdmsr_safe(msr + 1, &address);
	log_line("cpu", "machine check: bank %u, IA32_MC%u_STATUS = %#lx, address %#lx", bank, bank,
	         status, address);
}

static void print_banks(void)
{
	uint64_t capabilities, status;
	unsigned banks;

	if (!(cpuid(1, 0).edx & CPUID_1_EDX_MCA) || rdmsr_safe(IA32_MCG_CAP, &capabilities) != 0 ||
	    rdmsr_safe(IA32_MCG_STATUS, &status) != 0)
		return;
	banks = capabilities & MCG_CAP_BANKS;
	log_line("cpu", "machine check: IA32_MCG_STATUS = %#lx, %u banks", status, banks);
	for (unsigned bank = 0; bank < banks && bank < BANKS_MOST; bank++)
		print_bank(bank);
}

void hardware_error_print(uint8_t vector)
{
	uint8_t port_b;
	const char *source;

	if (vector == VECTOR_NMI) {
		port_b = in8(PORT_B);
		source = hardware_error_nmi_source(port_b);
		log_line("cpu", "NMI: port 61H = %#x, %s", port_b,
		         source != NULL ? source : "which names no source");
	}
	if (vector == VECTOR_NMI || vector == VECTOR_MC)
		print_banks();
}
