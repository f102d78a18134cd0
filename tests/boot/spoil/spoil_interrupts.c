/* Accepts interrupts without an EOI, and recovers from instructions that may fault. */
#include "tests/boot/spoil/spoil.h"

enum {
	VECTORS = 256,
	ENTRY_SPACING = 16, /* spoil_interrupts.asm */
	GENERAL_PROTECTION = 13,
	SELECTOR_CODE = 0x08,
	GATE_INTERRUPT = 0x8E00,
};

struct frame {
	uint32_t vector, eip, cs, eflags;
};

struct gate {
	uint16_t offset_low, selector, attributes, offset_high;
};

struct table_pointer {
	uint16_t limit;
	uint32_t base;
} __attribute__((packed));

extern const uint8_t interrupt_entries[];
extern uint32_t resume_at; /* where to continue after a fault; 0: no fault is expected */

void interrupt_handle(struct frame *frame);

static struct gate idt[VECTORS];
static volatile bool awaited[VECTORS], came[VECTORS];

void interrupts_start(void)
{
	const struct table_pointer pointer = {sizeof(idt) - 1, (uint32_t)idt};

	for (unsigned vector = 0; vector < VECTORS; vector++) {
		uint32_t entry = (uint32_t)interrupt_entries + vector * ENTRY_SPACING;

		idt[vector] = (struct gate){(uint16_t)entry, SELECTOR_CODE, GATE_INTERRUPT,
		                            (uint16_t)(entry >> 16)};
	}
	__asm__ volatile("lidt %0" ::"m"(pointer));
}

void interrupts_await(unsigned vector)
{
	awaited[vector] = true;
}

bool interrupts_came(unsigned vector)
{
	return came[vector];
}

void interrupt_handle(struct frame *frame)
{
	if (frame->vector == GENERAL_PROTECTION && resume_at != 0) {
		frame->eip = resume_at;
		return;
	}
	if (awaited[frame->vector]) {
		came[frame->vector] = true;
		return;
	}
	print_value("EIP", frame->eip);
	print_value("vector", frame->vector);
	give_up("an interrupt or exception that nobody awaits");
}
