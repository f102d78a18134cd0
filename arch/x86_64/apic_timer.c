/* Sleeps with the local APIC's timer: SDM vol. 3A 10.5.4 "APIC Timer". */
#include "arch/x86_64/apic_timer.h"

#include "arch/x86_64/apic.h"
#include "arch/x86_64/apic_registers.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/interrupts.h"

enum {
	DIVIDE_BY_16 = 3,
	DOZE_COUNT = 0x4000, /* 0.3 ms where the timer's clock has 1 GHz, 10 ms at 25 MHz */
	DOZE_POLLS = 1000,
	ARRIVAL_POLLS = 1000000,
	PRIORITY_CLASS = 0xF0,
};

/*
 * Starts the timer for one interrupt: SDM vol. 3A 10.5.4 "APIC Timer". Returns false if it does not
 * count, as under some host hypervisors. A CPU that halted then would never wake.
 */
static bool start_apic_timer(void)
{
	unsigned polls = 0;

	apic_write(APIC_DIVIDE, DIVIDE_BY_16);
	apic_write(APIC_LVT_TIMER, APIC_VECTOR_WAKE);
	apic_write(APIC_INITIAL_COUNT, DOZE_COUNT);
	while (apic_read(APIC_CURRENT_COUNT) == DOZE_COUNT && polls++ < DOZE_POLLS)
		pause();
	return polls < DOZE_POLLS;
}

/*
 * Polls, with interrupts enabled, until the timer's interrupt arrives. Returns false if it does
 * not.
 */
static bool timer_interrupt_arrives(void)
{
	uint32_t before = interrupts_wakes();

	for (unsigned i = 0; i < ARRIVAL_POLLS && interrupts_wakes() == before; i++)
		sti_cli();
	return interrupts_wakes() != before;
}

/*
 * Only an interrupt ends HLT. So the first doze polls, and the later ones execute HLT only if that
 * interrupt arrived. They do not if an interrupt of the same or a higher priority class is in
 * service, because it blocks the timer's.
 */
void apic_timer_doze(void)
{
	static bool arrives;

	if (!apic_is_enabled()) {
		pause();
		return;
	}
	if (start_apic_timer()) {
		if (!arrives)
			arrives = timer_interrupt_arrives();
		else if ((apic_read(APIC_PROCESSOR_PRIORITY) & PRIORITY_CLASS) <
		         (APIC_VECTOR_WAKE & PRIORITY_CLASS))
			sti_hlt_cli();
	}
	apic_write(APIC_LVT_TIMER, LVT_MASKED | APIC_VECTOR_WAKE);
}
