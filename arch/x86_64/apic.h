/* The local APIC, in xAPIC or x2APIC mode: interrupts to other CPUs. */
#ifndef ARCH_X86_64_APIC_H
#define ARCH_X86_64_APIC_H

#include <stdbool.h>
#include <stdint.h>

enum {
	APIC_VECTOR_WAKE = 0xF0,
	APIC_VECTOR_SPURIOUS = 0xFF,
};

/*
 * Returns true if the calling CPU's local APIC is enabled. Otherwise nothing below has an effect.
 */
bool apic_is_enabled(void);

/*
 * Waits for an interrupt, which it takes, with interrupts disabled before and after; for a moment
 * only if the local APIC is disabled, so that none arrives.
 */
void apic_wait_for_interrupt(void);

/* Maps the local APIC's registers, for xAPIC mode. The second tells whether that succeeded. */
void apic_map(uint64_t base);
bool apic_is_mapped(void);

/* Returns true if the current mode can address this APIC ID: 8 bits in xAPIC mode. */
bool apic_reaches(uint32_t apic_id);

/* Each sends one interrupt. Returns false if the APIC cannot address the CPU, or does not send. */
bool apic_send_init(uint32_t apic_id);
bool apic_send_startup(uint32_t apic_id, uint64_t page_phys); /* a page below 1 MiB */
bool apic_send_wake(uint32_t apic_id);
bool apic_send_nmi(uint32_t apic_id);

/*
 * Returns the errors that the APIC has detected since the last call, in sending or receiving: the
 * bits of its error status register, SDM vol. 3A 10.5.3 "Error Handling".
 */
uint32_t apic_take_errors(void);

/* Signals the end of interrupt (EOI) to the APIC. */
void apic_end_of_interrupt(void);

/* Returns true if the vector is in service: it came through this APIC and needs an EOI. */
bool apic_in_service(uint8_t vector);

#endif
