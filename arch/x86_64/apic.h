/* The local APIC, in xAPIC or x2APIC mode: who am I, and interrupts to other CPUs. */
#ifndef ARCH_X86_64_APIC_H
#define ARCH_X86_64_APIC_H

#include <stdbool.h>
#include <stdint.h>

enum {
	APIC_VECTOR_WAKE = 0xF0,
	APIC_VECTOR_SPURIOUS = 0xFF,
};

/* On every CPU: brings the APIC into the mode the BSP has chosen, ready to take interrupts. */
void apic_enable(void);

/* Whether this mode has room for the destination. */
bool apic_reaches(uint32_t apic_id);

/* Each sends one interrupt; false if the APIC does not reach the destination, or does not send. */
bool apic_send_init(uint32_t apic_id);
bool apic_send_startup(uint32_t apic_id, uint64_t page_phys); /* a page below 1 MiB */
bool apic_send_wake(uint32_t apic_id);
bool apic_send_nmi(uint32_t apic_id);

/*
 * What the APIC has found wrong since the last call, in sending or receiving: the bits of its error
 * status register, SDM vol. 3A 10.5.3 "Error Handling".
 */
uint32_t apic_take_errors(void);

/*
 * Sleeps until the APIC's timer wakes this CPU, after 10 ms or less, or returns at once where that
 * timer does not count. What firmware has left unmasked stays out: the task priority lets only the
 * vectors from APIC_VECTOR_WAKE on through, and the 8259A and LINT0, where it is, stay masked.
 */
void apic_doze(void);

/* Ends the handling of a maskable interrupt. */
void apic_end_of_interrupt(void);

#endif
