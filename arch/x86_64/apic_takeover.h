/* Takes over a CPU's local APIC, in whatever state firmware and loader left it. */
#ifndef ARCH_X86_64_APIC_TAKEOVER_H
#define ARCH_X86_64_APIC_TAKEOVER_H

/*
 * Prepares the local APIC of the calling AP to accept rootmode's own vectors, and no lower ones.
 * Call it before interrupts are enabled. arch_apic_init() does the same on the BSP. There it also
 * masks every armed source, ends interrupts in service, and accepts pending ones.
 */
void apic_take_over_ap(void);

#endif
