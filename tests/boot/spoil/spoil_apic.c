/* Accesses the BSP's local APIC, in xAPIC mode at its default address, and sends to other CPUs. */
#include "tests/boot/spoil/spoil.h"

#include "arch/x86_64/registers.h"

enum {
	APIC_TASK_PRIORITY = 0x80,
	APIC_SPURIOUS = 0xF0,
	APIC_IN_SERVICE = 0x100,
	APIC_REQUEST = 0x200,
	APIC_COMMAND_LOW = 0x300,
	APIC_COMMAND_HIGH = 0x310,
	APIC_LVT_TIMER = 0x320,
	APIC_INITIAL_COUNT = 0x380,
	APIC_DIVIDE = 0x3E0,
	SPURIOUS_ENABLE = 1 << 8,
	SPURIOUS_VECTOR = 0xFF,
	COMMAND_INIT = 5 << 8,
	COMMAND_STARTUP = 6 << 8,
	COMMAND_PENDING = 1 << 12,
	COMMAND_ASSERT = 1 << 14,
	COMMAND_SELF = 1 << 18,
	COMMAND_OTHERS = 3 << 18,
	TIMER_PERIODIC = 1 << 17,
	DIVIDE_BY_1 = 0xB,
	TIMER_COUNT = 20000,
	TIMER_VECTOR = 0x31,
	PIC_MASTER_MASK = 0x21,
	PIC_SLAVE_MASK = 0xA1,
	SENT_POLLS = 100000,
	TAKE_POLLS = 1000,
	START_PAUSES = 100000,
	REQUEST_POLLS = 10000000,
};

static volatile uint32_t *const apic = (volatile uint32_t *)0xFEE00000;

static uint32_t read(unsigned offset)
{
	return apic[offset / 4];
}

static void write(unsigned offset, uint32_t value)
{
	apic[offset / 4] = value;
}

static void rest(unsigned pauses)
{
	while (pauses-- > 0)
		__asm__ volatile("pause");
}

static uint64_t read_base(void)
{
	uint64_t base = 0;

	if (!try_read_msr(IA32_APIC_BASE, &base))
		give_up("there is no IA32_APIC_BASE");
	return base;
}

static void write_base(uint64_t base)
{
	if (!try_write_msr(IA32_APIC_BASE, base))
		print("writing IA32_APIC_BASE faulted");
	print_value("IA32_APIC_BASE", read_base());
}

static void enable(void)
{
	if (!(read(APIC_SPURIOUS) & SPURIOUS_ENABLE))
		write(APIC_SPURIOUS, SPURIOUS_ENABLE | SPURIOUS_VECTOR);
}

static void send(uint32_t command)
{
	write(APIC_COMMAND_HIGH, 0);
	write(APIC_COMMAND_LOW, command);
	for (unsigned i = 0; i < SENT_POLLS && (read(APIC_COMMAND_LOW) & COMMAND_PENDING); i++)
		rest(1);
}

static bool is_set(unsigned offset, unsigned vector)
{
	return (read(offset + vector / 32 * 0x10) & 1u << vector % 32) != 0;
}

void apic_spoil_base_off(const char *value)
{
	(void)value;
	write_base(read_base() & ~(IA32_APIC_BASE_EN | IA32_APIC_BASE_EXTD));
}

void apic_spoil_x2apic(const char *value)
{
	(void)value;
	write_base(read_base() | IA32_APIC_BASE_EN | IA32_APIC_BASE_EXTD);
}

void apic_spoil_software_off(const char *value)
{
	(void)value;
	write(APIC_SPURIOUS, read(APIC_SPURIOUS) & ~(uint32_t)SPURIOUS_ENABLE);
	print_value("spurious vector register", read(APIC_SPURIOUS));
}

void apic_spoil_task_priority(const char *value)
{
	enable();
	write(APIC_TASK_PRIORITY, (uint32_t)number_take(&value));
	print_value("task priority", read(APIC_TASK_PRIORITY));
}

/* Accepts the interrupt and sends no EOI, so it stays in service. The PIC is masked meanwhile. */
void apic_spoil_in_service(const char *value)
{
	unsigned vector = (unsigned)number_take(&value);
	uint8_t master = in8(PIC_MASTER_MASK), slave = in8(PIC_SLAVE_MASK);

	enable();
	write(APIC_TASK_PRIORITY, 0);
	out8(PIC_MASTER_MASK, 0xFF);
	out8(PIC_SLAVE_MASK, 0xFF);
	interrupts_await(vector);
	send(COMMAND_SELF | COMMAND_ASSERT | vector);
	for (unsigned i = 0; i < TAKE_POLLS && !interrupts_came(vector); i++)
		__asm__ volatile("sti; nop; nop; cli" ::: "memory");
	out8(PIC_MASTER_MASK, master);
	out8(PIC_SLAVE_MASK, slave);
	print_value(is_set(APIC_IN_SERVICE, vector) ? "in service" : "not in service", vector);
}

void apic_spoil_pending(const char *value)
{
	unsigned vector = (unsigned)number_take(&value);

	enable();
	send(COMMAND_SELF | COMMAND_ASSERT | vector);
	rest(TAKE_POLLS);
	print_value(is_set(APIC_REQUEST, vector) ? "pending" : "not pending", vector);
}

void apic_spoil_timer(const char *value)
{
	unsigned vector =
		*value != '\0' && *value != ' ' ? (unsigned)number_take(&value) : TIMER_VECTOR;

	enable();
	write(APIC_DIVIDE, DIVIDE_BY_1);
	write(APIC_LVT_TIMER, TIMER_PERIODIC | vector);
	write(APIC_INITIAL_COUNT, TIMER_COUNT);
	for (unsigned i = 0; i < REQUEST_POLLS && !is_set(APIC_REQUEST, vector); i++)
		rest(1);
	print_value("timer's vector", vector);
}

void apic_start_others(uint32_t page_phys)
{
	enable();
	send(COMMAND_OTHERS | COMMAND_ASSERT | COMMAND_INIT);
	rest(START_PAUSES);
	for (unsigned i = 0; i < 2; i++) {
		send(COMMAND_OTHERS | COMMAND_ASSERT | COMMAND_STARTUP | page_phys >> 12);
		rest(START_PAUSES);
	}
}
