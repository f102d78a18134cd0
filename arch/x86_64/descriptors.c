/* Builds and loads the GDT, the TSS and the IDT. */
#include "arch/x86_64/descriptors.h"

#include "arch/x86_64/instructions.h"
#include "arch/x86_64/registers.h"

enum {
	TSS_AVAILABLE = 0x89, /* present, 64-bit TSS, not busy */
	IST_NMI = 1,
	IST_FATAL = 2,
	ENTRY_SPACING = 8, /* bytes per entry in exceptions.asm */
};

/*
 * SDM vol. 3A 6.14.1 "64-Bit Mode IDT". In the low half, bits 15:0 and 63:48 are the handler's
 * address; the high half has the rest of it.
 */
struct gate {
	uint64_t low;
	uint64_t high;
};

#define GATE_INTERRUPT  ((uint64_t)SELECTOR_CODE << 16 | 0x8E00ull << 32) /* present */
#define GATE_STACK(ist) ((uint64_t)(ist) << 32)

extern const char exception_entries[]; /* exceptions.asm: an entry per vector */

static struct gate idt[VECTOR_COUNT];

/*
 * Interrupt gates clear IF, so no interrupt can arrive on top of a handler.
 *
 * An NMI can arrive while RSP is not valid, and a double fault is often the result of a stack
 * overflow, so both need a stack that is known to be good: SDM vol. 3A 6.14.5 "Interrupt Stack
 * Table". #DF and #MC can share one, because neither returns. All others keep the current stack.
 */
void descriptors_init(void)
{
	uint64_t entry = (uint64_t)exception_entries;
	const struct gate first = {
		.low = (entry & 0xFFFF) | GATE_INTERRUPT | (entry >> 16 & 0xFFFF) << 48,
		.high = entry >> 32,
	};

	/* The sum has no carry: all entries lie in 2 KiB (exceptions.asm). */
	for (uint64_t vector = 0; vector < VECTOR_COUNT; vector++) {
		idt[vector].low = first.low + vector * ENTRY_SPACING;
		idt[vector].high = first.high;
	}
	idt[VECTOR_NMI].low |= GATE_STACK(IST_NMI);
	idt[VECTOR_DF].low |= GATE_STACK(IST_FATAL);
	idt[VECTOR_MC].low |= GATE_STACK(IST_FATAL);
}

/* SDM vol. 3A 7.2.3 "TSS Descriptor in 64-bit mode" */
static void describe_tss(uint64_t *descriptor, const struct tss *tss)
{
	uint64_t base = (uint64_t)tss;

	descriptor[0] = (sizeof(*tss) - 1) | (base & 0xFFFFFF) << 16 |
	                (uint64_t)TSS_AVAILABLE << 40 | (base >> 24 & 0xFF) << 56;
	descriptor[1] = base >> 32;
}

static void load_gdt(const struct descriptors *descriptors)
{
	struct table_pointer gdt = {sizeof(descriptors->gdt) - 1, (uint64_t)descriptors->gdt};

	lgdt(&gdt);
}

static void load_idt(void)
{
	struct table_pointer interrupts = {sizeof(idt) - 1, (uint64_t)idt};

	lidt(&interrupts);
}

void descriptors_load(struct descriptors *descriptors, uint64_t nmi_stack, uint64_t fatal_stack)
{
	descriptors->tss = (struct tss){.io_map_base = sizeof(struct tss)};
	descriptors->tss.ist[IST_NMI] = nmi_stack;
	descriptors->tss.ist[IST_FATAL] = fatal_stack;
	descriptors->gdt[0] = 0;
	descriptors->gdt[1] = GDT_CODE64;
	describe_tss(&descriptors->gdt[2], &descriptors->tss);
	load_gdt(descriptors);
	ltr(SELECTOR_TSS);
	load_idt(); /* last: an NMI takes its stack from the TSS */
	/* Only now: with CR4.MCE set, #MC needs the handler. SDM vol. 3A 2.5 "Control Registers" */
	if (cpuid(1, 0).edx & CPUID_1_EDX_MCE)
		write_cr4(read_cr4() | CR4_MCE);
}

/* The GDT is the first member of struct descriptors, so GDTR holds the address of the whole. */
const struct descriptors *descriptors_loaded(void)
{
	struct table_pointer gdt = {0};

	sgdt(&gdt);
	return (const struct descriptors *)gdt.base;
}

uint64_t descriptors_idt(void)
{
	return (uint64_t)idt;
}

/*
 * The VMCS has no fields for the host's limits, and VM exit sets both to FFFFH: SDM vol. 3C 27.5.2
 * "Loading Host Segment and Descriptor-Table Registers". The kernel would run with these limits,
 * but a wrong selector would then read past the GDT instead of raising #GP.
 */
void descriptors_restore_limits(void)
{
	load_gdt(descriptors_loaded());
	load_idt();
}

/* LTR requires a TSS that is available; the one in use is busy. */
void descriptors_reload(void)
{
	struct descriptors *descriptors = (struct descriptors *)(uintptr_t)descriptors_loaded();

	load_gdt(descriptors);
	load_cs(SELECTOR_CODE);
	load_es(0);
	describe_tss(&descriptors->gdt[2], &descriptors->tss);
	ltr(SELECTOR_TSS);
	load_idt();
}
