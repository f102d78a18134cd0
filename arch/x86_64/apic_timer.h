/* The local APIC's timer, which wakes a CPU that waits for others. */
#ifndef ARCH_X86_64_APIC_TIMER_H
#define ARCH_X86_64_APIC_TIMER_H

/*
 * Sleeps until the APIC's timer wakes this CPU, after 10 ms or less. Returns at once where that
 * timer does not count, or its interrupt has not been seen to arrive.
 */
void apic_timer_doze(void);

#endif
