#include "arch/x86_64/interrupts.h"

#include "arch/x86_64/apic.h"
#include "arch/x86_64/registers.h"
#include "kernel/machine/arch.h"

#include <stdatomic.h>

static _Atomic uint32_t wakes;

uint32_t interrupts_wakes(void)
{
	return atomic_load(&wakes);
}

/*
 * Devices may send interrupts that firmware or the loader enabled before rootmode started. They are
 * acknowledged, counted, and reported once. The interrupts of the 8259A, and the spurious one, are
 * not in service in the local APIC: an EOI would end another interrupt.
 */
bool interrupts_handle(uint8_t vector, uint64_t rflags)
{
	struct inherited *inherited = &arch_this_cpu()->inherited;

	if (!(rflags & EFLAGS_IF))
		return false;
	if (vector == APIC_VECTOR_WAKE) {
		atomic_fetch_add(&wakes, 1);
	} else if (vector != APIC_VECTOR_SPURIOUS || apic_in_service(vector)) {
		inherited->foreign_vector = vector;
		inherited->foreign++;
	}
	if (apic_in_service(vector))
		apic_end_of_interrupt();
	return true;
}
