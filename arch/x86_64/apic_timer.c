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

/* SDM vol. 3A 10.5.4 "APIC Timer". Whether the timer counts. */
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

/* Takes interrupts, without HLT, until the timer's arrives or the wait has been long enough. */
static bool timer_interrupt_arrives(void)
{
	uint32_t before = interrupts_wakes();

	for (unsigned i = 0; i < ARRIVAL_POLLS && interrupts_wakes() == before; i++)
		sti_cli();
	return interrupts_wakes() != before;
}

/*
 * HLT ends only with an interrupt. So the first doze polls for the timer's, and only after that was
 * seen to arrive do the others halt. The priority of an interrupt in service would keep it out.
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
