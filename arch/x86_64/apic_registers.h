/* The local APIC's registers: SDM vol. 3A 10.4.1 "The Local APIC Block Diagram" */
#ifndef ARCH_X86_64_APIC_REGISTERS_H
#define ARCH_X86_64_APIC_REGISTERS_H

#include <stdint.h>

/* Offsets of the registers in xAPIC mode. In x2APIC mode: MSR X2APIC_MSRS + offset / 16. */
enum {
	APIC_ID = 0x20,
	APIC_VERSION = 0x30,
	APIC_TASK_PRIORITY = 0x80,
	APIC_PROCESSOR_PRIORITY = 0xA0,
	APIC_EOI = 0xB0,
	APIC_SPURIOUS = 0xF0,
	APIC_IN_SERVICE = 0x100,
	APIC_REQUEST = 0x200,
	APIC_ERROR_STATUS = 0x280,
	APIC_LVT_CMCI = 0x2F0,
	APIC_COMMAND_LOW = 0x300,
	APIC_COMMAND_HIGH = 0x310,
	APIC_LVT_TIMER = 0x320,
	APIC_LVT_THERMAL = 0x330,
	APIC_LVT_PERFORMANCE = 0x340,
	APIC_LVT_LINT0 = 0x350,
	APIC_LVT_LINT1 = 0x360,
	APIC_LVT_ERROR = 0x370,
	APIC_INITIAL_COUNT = 0x380,
	APIC_CURRENT_COUNT = 0x390,
	APIC_DIVIDE = 0x3E0,
	X2APIC_MSRS = 0x800,
	SPURIOUS_ENABLE = 1 << 8,
	LVT_DELIVERY = 7 << 8,
	LVT_DELIVER_NMI = 4 << 8,
	LVT_MASKED = 1 << 16,
};

/* Read and write a register of the calling CPU's APIC, in the mode that its record names. */
uint32_t apic_read(unsigned offset);
void apic_write(unsigned offset, uint32_t value);

#endif
