/* Reads and writes the local APIC's registers, and sends interrupts to other CPUs. */
#include "arch/x86_64/apic.h"

#include "arch/x86_64/apic_mode.h"
#include "arch/x86_64/apic_registers.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/registers.h"
#include "kernel/machine/arch.h"

enum {
	COMMAND_FIXED = 0 << 8,
	COMMAND_NMI = 4 << 8,
	COMMAND_INIT = 5 << 8,
	COMMAND_STARTUP = 6 << 8,
	COMMAND_PENDING = 1 << 12,
	COMMAND_ASSERT = 1 << 14,
	PENDING_POLLS = 100000,
};

static volatile uint32_t *registers; /* NULL before apic_map(); for xAPIC mode */

static bool is_x2apic(void)
{
	return arch_this_cpu()->inherited.apic == APIC_X2APIC;
}

bool apic_is_enabled(void)
{
	return arch_this_cpu()->inherited.apic >= APIC_XAPIC;
}

/* STI and HLT go together: an interrupt that is already pending ends the HLT at once. */
void apic_wait_for_interrupt(void)
{
	if (apic_is_enabled())
		sti_hlt_cli();
	else
		pause();
}

void apic_map(uint64_t base)
{
	registers = paging_map_device(base & IA32_APIC_BASE_ADDRESS, 4096);
}

bool apic_is_mapped(void)
{
	return registers != NULL;
}

uint32_t apic_read(unsigned offset)
{
	return is_x2apic() ? (uint32_t)rdmsr(X2APIC_MSRS + offset / 16) : registers[offset / 4];
}

void apic_write(unsigned offset, uint32_t value)
{
	if (is_x2apic())
		wrmsr(X2APIC_MSRS + offset / 16, value);
	else
		registers[offset / 4] = value;
}

bool apic_reaches(uint32_t apic_id)
{
	return apic_is_enabled() && (is_x2apic() || apic_id <= XAPIC_ID_MAX);
}

/*
 * SDM vol. 3A 10.6.1 "Interrupt Command Register (ICR)". The write of the low half sends the
 * interrupt, so the destination is written first. The wait is bounded: a broken APIC may never
 * clear the delivery status.
 */
static bool send_xapic(uint32_t apic_id, uint32_t command)
{
	registers[APIC_COMMAND_HIGH / 4] = apic_id << 24;
	registers[APIC_COMMAND_LOW / 4] = command;
	for (unsigned i = 0; i < PENDING_POLLS; i++) {
		if (!(registers[APIC_COMMAND_LOW / 4] & COMMAND_PENDING))
			return true;
		pause();
	}
	return false;
}

static bool send(uint32_t apic_id, uint32_t command)
{
	if (!apic_reaches(apic_id))
		return false;
	if (!is_x2apic())
		return send_xapic(apic_id, command);
	/*
	 * The CPU that this wakes must see all earlier stores, but WRMSR to an x2APIC register is
	 * not serializing. MFENCE orders the stores, and LFENCE keeps WRMSR after MFENCE: SDM
	 * vol. 3A 10.12.3 "MSR Access in x2APIC Mode".
	 */
	mfence();
	lfence();
	wrmsr(X2APIC_MSRS + APIC_COMMAND_LOW / 16, (uint64_t)apic_id << 32 | command);
	return true;
}

bool apic_send_init(uint32_t apic_id)
{
	return send(apic_id, COMMAND_INIT | COMMAND_ASSERT);
}

bool apic_send_startup(uint32_t apic_id, uint64_t page_phys)
{
	return send(apic_id, COMMAND_STARTUP | COMMAND_ASSERT | (uint32_t)(page_phys >> 12));
}

bool apic_send_wake(uint32_t apic_id)
{
	return send(apic_id, COMMAND_FIXED | COMMAND_ASSERT | APIC_VECTOR_WAKE);
}

bool apic_send_nmi(uint32_t apic_id)
{
	return send(apic_id, COMMAND_NMI | COMMAND_ASSERT);
}

/* The write makes the APIC update the register: SDM vol. 3A 10.5.3 "Error Handling". */
uint32_t apic_take_errors(void)
{
	if (!apic_is_enabled())
		return 0;
	apic_write(APIC_ERROR_STATUS, 0);
	return apic_read(APIC_ERROR_STATUS);
}

void apic_end_of_interrupt(void)
{
	apic_write(APIC_EOI, 0);
}

bool apic_in_service(uint8_t vector)
{
	uint32_t word;

	if (!apic_is_enabled())
		return false;
	word = apic_read(APIC_IN_SERVICE + vector / 32 * 0x10u);
	return (word >> vector % 32 & 1) != 0;
}
