#include "arch/x86_64/timers.h"

#include "arch/x86_64/instructions.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/registers.h"

#include <stddef.h>

enum {
	PM_TIMER_HZ = 3579545,
	PIT_HZ = 1193182,
	PIT_CHANNEL2 = 0x42,
	PIT_COMMAND = 0x43,
	PIT_CHANNEL2_MODE0 = 0xB0, /* both bytes, interrupt on terminal count, binary */
	PIT_LATCH_CHANNEL2 = 0x80,
	PORT_B = 0x61,
	PORT_B_GATE2 = 1 << 0,
	PORT_B_SPEAKER = 1 << 1,
	PORT_B_OUT2 = 1 << 5, /* in mode 0: the count has passed zero */
	PORT_B_WRITABLE = 0x0F,
	HPET_SIZE = 0x400,
	HPET_PERIOD = 0x04 / 4, /* of the counter, in fs; the registers' 32-bit halves */
	HPET_CONFIGURATION = 0x10 / 4,
	HPET_COUNTER = 0xF0 / 4,
	HPET_ENABLE = 1 << 0,
	HPET_PERIOD_FS_MAX = 100000000,
	HYPERVISOR_TIMING_LEAF = 0x10, /* above the first hypervisor leaf */
};

#define FS_PER_SECOND    1000000000000000ull
#define CPUID_HYPERVISOR 0x40000000u

static uint16_t pm_timer_port;
static uint64_t (*find_hpet)(void);
static volatile uint32_t *hpet;
static uint32_t hpet_configuration; /* as found */

void timers_init(const struct fadt *fadt, uint64_t (*find_hpet_registers)(void))
{
	pm_timer_port = fadt->pm_timer_port;
	find_hpet = find_hpet_registers;
}

static bool start_pm(void)
{
	return pm_timer_port != 0;
}

static bool read_pm(uint32_t *count)
{
	*count = in32(pm_timer_port);
	return true;
}

/*
 * Always 24 bits: firmware sometimes wrongly declares a 32-bit timer, and no stretch measured here
 * takes the 4.7 s after which 24 bits wrap.
 */
const struct timer timers_pm = {start_pm, read_pm, NULL, PM_TIMER_HZ, 0xFFFFFF};

static bool start_pit(void)
{
	uint8_t port_b = in8(PORT_B) & PORT_B_WRITABLE;

	out8(PORT_B, (uint8_t)((port_b & ~PORT_B_SPEAKER) | PORT_B_GATE2));
	out8(PIT_COMMAND, PIT_CHANNEL2_MODE0);
	out8(PIT_CHANNEL2, 0xFF);
	out8(PIT_CHANNEL2, 0xFF);
	return true;
}

/* After 55 ms the count passes 0 and continues from FFFFH, which only OUT2 shows. */
static bool read_pit(uint32_t *count)
{
	uint32_t low;

	out8(PIT_COMMAND, PIT_LATCH_CHANNEL2);
	low = in8(PIT_CHANNEL2);
	*count = -(low | (uint32_t)in8(PIT_CHANNEL2) << 8);
	return !(in8(PORT_B) & PORT_B_OUT2);
}

const struct timer timers_pit = {start_pit, read_pit, NULL, PIT_HZ, 0xFFFF};

/*
 * Firmware often leaves the counter stopped. Starting it raises no interrupt here: the CPU accepts
 * none while the rate is measured, and the counter is stopped again afterwards.
 */
static bool start_hpet(void)
{
	uint64_t phys = find_hpet != NULL ? find_hpet() : 0;
	uint32_t period;

	hpet = phys != 0 ? paging_map_device(phys, HPET_SIZE) : NULL;
	if (hpet == NULL)
		return false;
	period = hpet[HPET_PERIOD];
	if (period == 0 || period > HPET_PERIOD_FS_MAX)
		return false;
	timers_hpet.hz = (uint32_t)(FS_PER_SECOND / period);
	hpet_configuration = hpet[HPET_CONFIGURATION];
	hpet[HPET_CONFIGURATION] = hpet_configuration | HPET_ENABLE;
	return true;
}

static bool read_hpet(uint32_t *count)
{
	*count = hpet[HPET_COUNTER];
	return true;
}

static void stop_hpet(void)
{
	hpet[HPET_CONFIGURATION] = hpet_configuration;
}

struct timer timers_hpet = {start_hpet, read_hpet, stop_hpet, 0, UINT32_MAX};

/*
 * The crystal frequency in leaf 15H came after the edition that is cited here: SDM vol. 2A CPUID
 * "CPU Identification"
 */
uint64_t timers_cpuid_khz(void)
{
	uint32_t leaves = cpuid(0, 0).eax;

	if (leaves >= 0x15) {
		struct cpuid ratio = cpuid(0x15, 0);

		if (ratio.eax != 0 && ratio.ebx != 0 && ratio.ecx != 0)
			return (uint64_t)ratio.ecx * ratio.ebx / ratio.eax / 1000;
	}
	return leaves >= 0x16 ? (uint64_t)(cpuid(0x16, 0).eax & 0xFFFF) * 1000 : 0;
}

/* Leaf 40000010H was defined by VMware and adopted by other hypervisors. */
uint64_t timers_hypervisor_khz(void)
{
	uint32_t last;

	if (!(cpuid(1, 0).ecx & CPUID_1_ECX_HYPERVISOR))
		return 0;
	last = cpuid(CPUID_HYPERVISOR, 0).eax;
	if (last < CPUID_HYPERVISOR + HYPERVISOR_TIMING_LEAF || last > CPUID_HYPERVISOR + 0xFFFF)
		return 0;
	return cpuid(CPUID_HYPERVISOR + HYPERVISOR_TIMING_LEAF, 0).eax;
}
