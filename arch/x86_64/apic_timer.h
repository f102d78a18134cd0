/* The local APIC's timer, which wakes a CPU that waits for others. */
#ifndef ARCH_X86_64_APIC_TIMER_H
#define ARCH_X86_64_APIC_TIMER_H

/*
 * Halts the calling CPU until the APIC's timer wakes it, after at most 10 ms. Returns at once if
 * the timer does not count, or its interrupt does not arrive.
 */
void apic_timer_doze(void);

#endif
