/* A machine with timers that run at a wrong rate or stop, for tests of arch/x86_64/clock.c. */
#ifndef TESTS_CLOCK_MACHINE_H
#define TESTS_CLOCK_MACHINE_H

#include "arch/x86_64/boot.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/timers.h"
#include "kernel/console/log.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/timeout.h"
#include "tests/unit/unit.h"

enum { PM_PORT = 0x608, PIT_DATA = 0x42, PIT_COMMAND = 0x43, PORT_B = 0x61 };
enum { HPET_PERIOD = 1, HPET_CONFIGURATION = 4, HPET_COUNTER = 60 };

#define HPET_PHYS 0xFED00000

enum timer_name { PM, PIT, HPET, TIMERS };

/* The machine's time advances by a step with each read of the counter. */
static struct {
	uint64_t ns, step_ns;
	uint64_t tsc_khz;
	uint64_t behind; /* how much the counter of the CPU that executes this is behind */
	struct {
		bool stands;
		uint64_t stops_ns;  /* 0: never */
		uint64_t percent;   /* that it is too fast by */
		bool steps_back;    /* by one, every second time it is read */
		uint64_t gap_every; /* so many looks, an SMI comes right before it is read; 0: never
		                     */
		uint64_t looks;
	} timer[TIMERS];
	bool pm_is_random;
	bool pm_high; /* rubbish in the upper 8 bits */
	uint32_t pm_start;
	uint8_t port_b; /* bit 0: the PIT's channel 2 counts, bit 1: the speaker sounds */
	bool pit_has_mode;
	unsigned pit_bytes; /* of its first count */
	uint64_t pit_loaded_ns;
	unsigned pit_latched, pit_read;
	uint32_t hpet[0x100];
	bool has_hpet;
	struct cpuid ratio, base, hypervisor;
	uint32_t leaves, hypervisor_leaves;
	bool is_bare; /* the leaves above are what a CPU without a hypervisor returns there */
} machine;

static struct fadt fadt;
static struct cpu this_cpu;

static char logged[1024];

uint64_t boot_ticks;

/* Has the clock report, and adds that to what is logged. */
static inline void report_clock(void)
{
	size_t length = strlen(logged);
	struct text_buffer text = text_buffer(logged + length, sizeof(logged) - length);

	arch_clock_report(&text.text);
}

/* Returns how far a timer has counted since a moment. */
static uint64_t counted(enum timer_name name, uint64_t since_ns, uint64_t hz)
{
	uint64_t look = machine.timer[name].looks++, stops = machine.timer[name].stops_ns;

	if (machine.timer[name].gap_every != 0 && look % machine.timer[name].gap_every == 1)
		machine.ns += 1000000;
	uint64_t ns = (stops != 0 && machine.ns > stops ? stops : machine.ns) - since_ns;

	if (machine.timer[name].stands)
		return 0;
	return ns * (hz * (100 + machine.timer[name].percent) / 100) / 1000000000 -
	       (machine.timer[name].steps_back && look % 2);
}

uint64_t rdtsc(void)
{
	machine.ns += machine.step_ns;
	if (machine.hpet[HPET_CONFIGURATION] & 1)
		machine.hpet[HPET_COUNTER] = (uint32_t)counted(HPET, 0, 10000000);
	return machine.ns * machine.tsc_khz / 1000000 - machine.behind;
}

struct cpu *arch_this_cpu(void)
{
	return &this_cpu;
}

struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	assert_int_equal(subleaf, 0);
	switch (leaf) {
	case 0:
		return (struct cpuid){.eax = machine.leaves};
	case 1:
		return (struct cpuid){
			.ecx = 0x7FFFFFFF |
		               (machine.hypervisor_leaves != 0 && !machine.is_bare ? 1u << 31 : 0)};
	case 0x15:
		return machine.ratio;
	case 0x16:
		return machine.base;
	case 0x40000000:
		return (struct cpuid){.eax = machine.hypervisor_leaves};
	default:
		assert_int_equal(leaf, 0x40000010);
		return machine.hypervisor;
	}
}

uint32_t in32(uint16_t port)
{
	assert_int_equal(port, PM_PORT);
	if (machine.pm_is_random)
		return (uint32_t)(machine.ns * 2654435761u);
	return ((uint32_t)(machine.pm_start + counted(PM, 0, 3579545)) & 0xFFFFFF) |
	       (machine.pm_high ? (uint32_t)machine.ns << 24 : 0);
}

static bool pit_counts(void)
{
	return machine.port_b & 1 && machine.pit_bytes == 2;
}

uint8_t in8(uint16_t port)
{
	unsigned shift = 8 * (machine.pit_read++ & 1);

	if (port == PORT_B) {
		bool out = !machine.timer[PIT].stands &&
		           machine.ns - machine.pit_loaded_ns > 65535ull * 1000000000 / 1193182;

		return (uint8_t)(machine.port_b | (pit_counts() && out ? 0x20 : 0));
	}
	assert_int_equal(port, PIT_DATA);
	return (uint8_t)(machine.pit_latched >> shift);
}

void out8(uint16_t port, uint8_t value)
{
	assert_true(port == PORT_B || port == PIT_DATA ||
	            (port == PIT_COMMAND && (value == 0x80 || value == 0xB0)));
	if (port == PORT_B)
		machine.port_b = value;
	if (port == PIT_COMMAND && value == 0xB0) { /* mode 0, in binary, from two bytes on */
		machine.pit_has_mode = true;
		machine.pit_bytes = 0;
	}
	if (port == PIT_DATA) {
		assert_int_equal(value, 0xFF);
		machine.pit_bytes += machine.pit_has_mode;
		machine.pit_loaded_ns = machine.ns;
	}
	if (port == PIT_COMMAND && value == 0x80) {
		uint64_t down = pit_counts() ? counted(PIT, machine.pit_loaded_ns, 1193182) : 0;

		machine.pit_latched = (unsigned)(0xFFFF - down) & 0xFFFF;
		machine.pit_read = 0;
	}
}

void *paging_map_device(uint64_t phys, uint64_t size)
{
	assert_int_equal(phys, HPET_PHYS);
	assert_int_equal(size, sizeof(machine.hpet));
	return machine.hpet;
}

static uint64_t find_hpet(void)
{
	return machine.has_hpet ? HPET_PHYS : 0;
}

/* A machine of 2 GHz with a PM timer of 24 bits. */
static void begin(void)
{
	machine.step_ns = 1000;
	machine.tsc_khz = 2000000;
	fadt = (struct fadt){.pm_timer_port = PM_PORT};
}

/* Polls until the rate is final. */
static void measure_on(void)
{
	for (unsigned i = 0; !arch_clock_final(); i++) {
		assert_true(i < 10000000);
		arch_clock_poll();
	}
}

/* Starts the clock and polls until the rate is final; returns the time that took, in us. */
static uint64_t measure(void)
{
	uint64_t from = machine.ns;

	arch_clock_start(&fadt, find_hpet);
	measure_on();
	return (machine.ns - from) / 1000;
}

static void assert_rate(uint64_t khz, const char *source)
{
	assert_string_equal(arch_clock_source(), source);
	assert_in_range(arch_clock_khz(), khz - khz / 100, khz + khz / 100);
}

#endif
