#include "arch/x86_64/apic.h"

#include "arch/x86_64/instructions.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/registers.h"
#include "kernel/machine/arch.h"

/* Offsets of the registers in memory; in x2APIC mode, MSR X2APIC_MSRS + offset / 16. */
enum {
	APIC_ID = 0x20,
	APIC_TASK_PRIORITY = 0x80,
	APIC_EOI = 0xB0,
	APIC_SPURIOUS = 0xF0,
	APIC_ERROR_STATUS = 0x280,
	APIC_COMMAND_LOW = 0x300,
	APIC_COMMAND_HIGH = 0x310,
	APIC_LVT_TIMER = 0x320,
	APIC_LVT_LINT0 = 0x350,
	APIC_INITIAL_COUNT = 0x380,
	APIC_CURRENT_COUNT = 0x390,
	APIC_DIVIDE = 0x3E0,
	X2APIC_MSRS = 0x800,
	SPURIOUS_ENABLE = 1 << 8,
	COMMAND_FIXED = 0 << 8,
	COMMAND_NMI = 4 << 8,
	COMMAND_INIT = 5 << 8,
	COMMAND_STARTUP = 6 << 8,
	COMMAND_PENDING = 1 << 12,
	COMMAND_ASSERT = 1 << 14,
	LVT_MASKED = 1 << 16,
	DIVIDE_BY_16 = 3,
	XAPIC_ID_MAX = 254,
	PENDING_LOOKS = 100000,
	DOZE_COUNT = 0x4000, /* 0.3 ms where the timer's clock has 1 GHz, 10 ms at 25 MHz */
	DOZE_LOOKS = 1000,
	PIC_MASTER_MASK = 0x21,
	PIC_SLAVE_MASK = 0xA1,
};

static struct {
	bool x2apic;
	volatile uint32_t *registers; /* in xAPIC mode */
} apic;

static uint32_t read(unsigned offset)
{
	if (apic.x2apic)
		return (uint32_t)rdmsr(X2APIC_MSRS + offset / 16);
	return apic.registers[offset / 4];
}

static void write(unsigned offset, uint32_t value)
{
	if (apic.x2apic)
		wrmsr(X2APIC_MSRS + offset / 16, value);
	else
		apic.registers[offset / 4] = value;
}

/* x2APIC mode where the firmware has left it on, which may be for good, or where the CPU has it. */
void arch_apic_init(void)
{
	uint64_t base = rdmsr(IA32_APIC_BASE);

	apic.x2apic = (base & IA32_APIC_BASE_EXTD) || (cpuid(1, 0).ecx & CPUID_1_ECX_X2APIC);
	if (!apic.x2apic)
		apic.registers = paging_map_device(base & IA32_APIC_BASE_ADDRESS, 4096);
	apic_enable();
}

void apic_enable(void)
{
	uint64_t base = rdmsr(IA32_APIC_BASE);

	/* SDM vol. 3A 10.12.1 "Detecting and Enabling x2APIC Mode" */
	if (!(base & IA32_APIC_BASE_EN))
		wrmsr(IA32_APIC_BASE, base |= IA32_APIC_BASE_EN);
	if (apic.x2apic && !(base & IA32_APIC_BASE_EXTD))
		wrmsr(IA32_APIC_BASE, base | IA32_APIC_BASE_EXTD);
	write(APIC_SPURIOUS, SPURIOUS_ENABLE | APIC_VECTOR_SPURIOUS);
}

const char *arch_apic_mode(void)
{
	return apic.x2apic ? "x2apic" : "xapic";
}

uint32_t arch_apic_id(void)
{
	return apic.x2apic ? read(APIC_ID) : read(APIC_ID) >> 24;
}

bool apic_reaches(uint32_t apic_id)
{
	return apic.x2apic || apic_id <= XAPIC_ID_MAX;
}

/* SDM vol. 3A 10.6.1 "Interrupt Command Register (ICR)" */
static bool send_xapic(uint32_t apic_id, uint32_t command)
{
	if (!apic_reaches(apic_id))
		return false;
	apic.registers[APIC_COMMAND_HIGH / 4] = apic_id << 24;
	apic.registers[APIC_COMMAND_LOW / 4] = command;
	for (unsigned i = 0; i < PENDING_LOOKS; i++) {
		if (!(apic.registers[APIC_COMMAND_LOW / 4] & COMMAND_PENDING))
			return true;
		pause();
	}
	return false;
}

static bool send(uint32_t apic_id, uint32_t command)
{
	if (!apic.x2apic)
		return send_xapic(apic_id, command);
	/* What was stored before must be seen by whom this wakes: SDM vol. 3A 10.12.3 "MSR Access
	 * in x2APIC Mode" */
	mfence();
	wrmsr(X2APIC_MSRS + APIC_COMMAND_LOW / 16, (uint64_t)apic_id << 32 | command);
	return true;
}

bool apic_send_init(uint32_t apic_id)
{
	return send(apic_id, COMMAND_INIT | COMMAND_ASSERT);
}

bool apic_send_startup(uint32_t apic_id, uint64_t page_phys)
{
	return send(apic_id, COMMAND_STARTUP | COMMAND_ASSERT | (uint32_t)(page_phys >> 12));
}

bool apic_send_wake(uint32_t apic_id)
{
	return send(apic_id, COMMAND_FIXED | COMMAND_ASSERT | APIC_VECTOR_WAKE);
}

bool apic_send_nmi(uint32_t apic_id)
{
	return send(apic_id, COMMAND_NMI | COMMAND_ASSERT);
}

uint32_t apic_take_errors(void)
{
	write(APIC_ERROR_STATUS, 0);
	return read(APIC_ERROR_STATUS);
}

/* SDM vol. 3A 10.5.4 "APIC Timer". HLT only when the timer has been seen to count. */
void apic_doze(void)
{
	unsigned looks = 0;

	out8(PIC_MASTER_MASK, 0xFF); /* first: QEMU keeps what LINT0 has let through */
	out8(PIC_SLAVE_MASK, 0xFF);
	write(APIC_LVT_LINT0, read(APIC_LVT_LINT0) | LVT_MASKED);
	write(APIC_TASK_PRIORITY, APIC_VECTOR_WAKE - 1);
	write(APIC_DIVIDE, DIVIDE_BY_16);
	write(APIC_LVT_TIMER, APIC_VECTOR_WAKE);
	write(APIC_INITIAL_COUNT, DOZE_COUNT);
	while (read(APIC_CURRENT_COUNT) == DOZE_COUNT && looks++ < DOZE_LOOKS)
		pause();
	if (looks < DOZE_LOOKS)
		sti_hlt_cli();
	write(APIC_LVT_TIMER, LVT_MASKED | APIC_VECTOR_WAKE);
}

void apic_end_of_interrupt(void)
{
	write(APIC_EOI, 0);
}
