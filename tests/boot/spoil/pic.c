/* Delivers the PIT's interrupts through both PICs, or through the I/O APIC to one CPU. */
#include "tests/boot/spoil/spoil.h"

enum {
	PIT_CHANNEL0 = 0x40,
	PIT_COMMAND = 0x43,
	PIT_RATE = 0x34, /* channel 0, both bytes, mode 2 */
	PIT_COUNT = 1193182 / 1000,
	PIC_MASTER = 0x20,
	PIC_MASTER_MASK = 0x21,
	PIC_SLAVE_MASK = 0xA1,
	PIC_READ_REQUESTS = 0x0A,
	REQUEST_POLLS = 1000000,
	IOAPIC_REDIRECTION = 0x10,
	IOAPIC_MASKED = 1 << 16,
};

static volatile uint32_t *const ioapic = (volatile uint32_t *)0xFEC00000;

static void start_pit(void)
{
	out8(PIT_COMMAND, PIT_RATE);
	out8(PIT_CHANNEL0, PIT_COUNT & 0xFF);
	out8(PIT_CHANNEL0, PIT_COUNT >> 8);
}

void pic_spoil(const char *value)
{
	(void)value;
	start_pit();
	out8(PIC_MASTER_MASK, 0);
	out8(PIC_SLAVE_MASK, 0);
	out8(PIC_MASTER, PIC_READ_REQUESTS);
	for (unsigned i = 0; i < REQUEST_POLLS && !(in8(PIC_MASTER) & 1); i++)
		__asm__ volatile("pause");
	print_value("PIC's requests", in8(PIC_MASTER));
}

static void redirect(unsigned pin, uint32_t low, uint32_t high)
{
	ioapic[0] = IOAPIC_REDIRECTION + 2 * pin;
	ioapic[4] = IOAPIC_MASKED;
	ioapic[0] = IOAPIC_REDIRECTION + 2 * pin + 1;
	ioapic[4] = high;
	ioapic[0] = IOAPIC_REDIRECTION + 2 * pin;
	ioapic[4] = low;
}

/* value is VECTOR:APIC-ID. The PIT is at pin 2 if the chipset moves IRQ 0 there, else at pin 0. */
void ioapic_spoil(const char *value)
{
	uint32_t vector = (uint32_t)number_take(&value);
	uint32_t apic_id = (uint32_t)number_take(&value);

	start_pit();
	redirect(0, vector, apic_id << 24);
	redirect(2, vector, apic_id << 24);
	print_value("I/O APIC sends vector", vector);
	print_value("  to APIC ID", apic_id);
}
