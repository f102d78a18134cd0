/*
 * The descriptor tables: a GDT and a TSS with interrupt stacks per CPU, and one IDT for all CPUs.
 */
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

/*
 * A CPU's own tables. They must not move once they are loaded. Each CPU needs its own TSS, for its
 * own stacks, and so its own GDT, which holds the address of the TSS.
 */
struct descriptors {
	uint64_t gdt[4]; /* null, 64-bit code, TSS (two entries); must be the first member */
	struct tss tss;
};

/*
 * Loads GDT, TSS and IDT on the calling CPU. nmi_stack and fatal_stack are the tops of the stacks
 * for NMIs and for #DF and #MC. Sets CR4.MCE if the CPU has it: with MCE clear, a machine check
 * shuts the CPU down instead of raising #MC.
 */
void descriptors_load(struct descriptors *descriptors, uint64_t nmi_stack, uint64_t fatal_stack);

/* Return the tables of the calling CPU, and the address of the IDT. */
const struct descriptors *descriptors_loaded(void);
uint64_t descriptors_idt(void);

/* Restores the limits of GDTR and IDTR on the calling CPU. VM exits set them to FFFFH. */
void descriptors_restore_limits(void);

/* Loads all selectors again, after a VM exit that has loaded wrong ones. */
void descriptors_reload(void);

/* Fills the IDT: every vector goes to exceptions.asm. Call once, before descriptors_load(). */
void descriptors_init(void);

#endif
