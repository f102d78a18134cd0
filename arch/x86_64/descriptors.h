/* Each CPU's descriptor tables: GDT, TSS with its interrupt stacks; and the IDT that all share. */
#ifndef ARCH_X86_64_DESCRIPTORS_H
#define ARCH_X86_64_DESCRIPTORS_H

#include <stdint.h>

enum { VECTOR_COUNT = 256 };

/* The operand of LGDT, SGDT, LIDT and SIDT. */
struct table_pointer {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

_Static_assert(sizeof(struct table_pointer) == 10, "the operand of LGDT");

/* SDM vol. 3A 7.7 "Task Management in 64-bit Mode" */
struct tss {
	uint32_t reserved0;
	uint64_t rsp[3];
	uint64_t ist[8]; /* IST1 to IST7; ist[0] is reserved */
	uint64_t reserved1;
	uint16_t reserved2;
	uint16_t io_map_base;
} __attribute__((packed));

_Static_assert(sizeof(struct tss) == 104, "the 64-bit TSS");

/* Must stay where it is once it is loaded. */
struct descriptors {
	uint64_t gdt[4]; /* null, 64-bit code, the TSS in two parts; first, so that GDTR tells where
	                  */
	struct tss tss;
};

/*
 * Loads GDT, TSS and IDT on the CPU that executes this; NMI and the exceptions that end everything
 * (#DF, #MC) get stacks of their own, given by their tops. Sets CR4.MCE, where the CPU has it:
 * without, a machine check shuts the CPU down.
 */
void descriptors_load(struct descriptors *descriptors, uint64_t nmi_stack, uint64_t fatal_stack);

/* Those of the CPU that executes this, and where the IDT is. */
const struct descriptors *descriptors_loaded(void);
uint64_t descriptors_idt(void);

/* After VM exits, which set the limits of GDTR and IDTR to 0xFFFF: as before. */
void descriptors_restore_limits(void);

/* Fills the IDT: every vector goes to exceptions.asm. Once, before the first descriptors_load(). */
void descriptors_init(void);

#endif
