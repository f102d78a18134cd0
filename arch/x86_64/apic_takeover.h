/* Takes a CPU's local APIC over, in whatever state it was left. */
#ifndef ARCH_X86_64_APIC_TAKEOVER_H
#define ARCH_X86_64_APIC_TAKEOVER_H

/*
 * On every AP, before interrupts are enabled: makes the local APIC ready to take rootmode's own
 * vectors, and none below them. arch_apic_init() does it on the BSP, where it also masks all that
 * is left armed, ends what is in service and takes what is pending.
 */
void apic_take_over_ap(void);

#endif
