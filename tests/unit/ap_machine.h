/*
 * A machine of APs for tests of arch/x86_64/smp.c and stop.c: include it once. An AP runs when the
 * BSP sends it a SIPI, a wake-up or an NMI, until it sleeps, halts or hangs.
 */
#ifndef TESTS_UNIT_AP_MACHINE_H
#define TESTS_UNIT_AP_MACHINE_H

#include "arch/x86_64/ap_memory.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/apic_takeover.h"
#include "arch/x86_64/apic_timer.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/stop.h"
#include "arch/x86_64/this_cpu.h"
#include "kernel/console/console.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/progress.h"
#include "tests/unit/log_lines.h"

enum { CPUS = 4, UNREACHABLE_ID = 300, AP_CR0 = 0x60000010 };

/* What the test makes an AP do, by index. */
static struct {
	bool silent;         /* does not start */
	enum cpu_step hangs; /* after it announced this step */
	bool hangs_in_work;
	bool ignores_nmi;
	uint32_t init_error, startup_error; /* what the local APIC says after an IPI to it */
	unsigned inits, startups, works;
} aps[CPUS];

static struct cpu records[CPUS], *pointers[CPUS], *this_cpu;
static struct cpu_list cpus;
static _Atomic uint8_t progress[CPUS];
static struct ap slots[CPUS];
static void (*ap_entry)(uint32_t index, uint32_t cr0);
static bool memory_is_short, apic_is_off;
static uint32_t ipi_errors;
static uint32_t started;   /* CPUs that executed the trampoline */
static uint32_t unlisted;  /* CPUs that started without being listed */
static uint32_t signature; /* CPUID.1:EAX */
static char ipis[64];      /* INITs and SIPIs in order: I or S, and the CPU's index */
static uint64_t init_us, startup_us, now_us;
static unsigned steps; /* of an AP while the BSP waits, 10 us apart */
static unsigned pauses, dozes, record_sets, table_loads, clock_takeovers, nmis;
static void (*on_poll)(void); /* what happens while the BSP waits */
static jmp_buf bsp_continues;

uint64_t arch_ticks(void)
{
	return ++now_us;
}

uint64_t arch_ticks_to_us(uint64_t ticks)
{
	return ticks;
}

uint64_t rdtsc(void)
{
	return arch_ticks();
}

void pause(void)
{
	now_us += 10;
	if (steps > 0) {
		steps--;
		progress_made();
	}
	pauses++;
}

void console_poll(void)
{
	if (on_poll != NULL)
		on_poll();
}

void apic_timer_doze(void)
{
	now_us += 100;
	dozes++;
}

struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	assert_int_equal(subleaf, 0);
	return (struct cpuid){.eax = leaf == 1 ? signature : 0};
}

struct cpu *arch_this_cpu(void)
{
	return this_cpu;
}

void this_cpu_set(struct cpu *const *cpu)
{
	assert_ptr_equal(*cpu, this_cpu);
	record_sets++;
}

void descriptors_load(struct descriptors *descriptors, uint64_t nmi_stack, uint64_t fatal_stack)
{
	assert_ptr_equal(descriptors, &slots[this_cpu->found.index].descriptors);
	assert_int_equal(nmi_stack, this_cpu->found.index);
	assert_int_equal(fatal_stack, this_cpu->found.index);
	table_loads++;
}

uint64_t ap_nmi_stack_top(uint32_t index)
{
	return index;
}

uint64_t ap_fatal_stack_top(uint32_t index)
{
	return index;
}

void apic_take_over_ap(void)
{
	this_cpu->inherited.taken_over = true;
}

bool ap_memory_take(const struct cpu_list *list, void (*main)(uint32_t index, uint32_t cr0),
                    struct ap_memory *memory)
{
	if (memory_is_short)
		return false;
	ap_entry = main;
	*memory = (struct ap_memory){.progress = progress, .aps = slots};
	for (uint32_t i = 0; i < list->count; i++)
		slots[i].cpu = list->cpu[i];
	return true;
}

void ap_memory_reset(struct ap_memory *memory, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		memory->progress[i] = i == 0 ? CPU_DONE : CPU_SILENT;
		memory->aps[i].work = NULL;
	}
}

uint32_t ap_memory_started(const struct ap_memory *memory)
{
	return started;
}

uint32_t ap_memory_unlisted_id(const struct ap_memory *memory)
{
	return 77;
}

uint32_t ap_memory_unlisted(const struct ap_memory *memory)
{
	return unlisted;
}

void arch_clock_poll(void)
{
}

void arch_clock_take_over(void)
{
	clock_takeovers++;
}

void arch_vmx_leave(struct cpu *cpu)
{
	cpu->outcome.in_root_operation = false;
}

/* The AP hangs, halts or sleeps, and the BSP continues. */
static __attribute__((noreturn)) void end_turn(void)
{
	longjmp(bsp_continues, 1);
}

void cli(void)
{
}

void hlt(void)
{
	end_turn();
}

void apic_wait_for_interrupt(void)
{
	end_turn();
}

/* Runs an AP until its turn ends. */
static void run_ap(uint32_t index, void (*entry)(uint32_t index))
{
	struct cpu *bsp = this_cpu;

	this_cpu = &records[index];
	if (setjmp(bsp_continues) == 0)
		entry(index);
	this_cpu = bsp;
}

static uint32_t index_of(uint32_t apic_id)
{
	for (uint32_t i = 0; i < CPUS; i++) {
		if (records[i].found.apic_id == apic_id)
			return i;
	}
	fail();
	return 0;
}

bool apic_is_enabled(void)
{
	return !apic_is_off;
}

bool apic_reaches(uint32_t apic_id)
{
	return apic_id != UNREACHABLE_ID;
}

uint32_t apic_take_errors(void)
{
	uint32_t errors = ipi_errors;

	ipi_errors = 0;
	return errors;
}

static void note_ipi(char kind, uint32_t index)
{
	size_t length = strlen(ipis);

	if (length + 2 < sizeof(ipis)) {
		ipis[length] = kind;
		ipis[length + 1] = (char)('0' + index);
	}
}

bool apic_send_init(uint32_t apic_id)
{
	aps[index_of(apic_id)].inits++;
	ipi_errors |= aps[index_of(apic_id)].init_error;
	note_ipi('I', index_of(apic_id));
	init_us = now_us;
	return true;
}

/* INIT keeps CR0.CD, which the trampoline has cleared after the first start. */
static void start_ap(uint32_t index)
{
	ap_entry(index, aps[index].startups == 1 ? AP_CR0 : 0x10);
}

bool apic_send_startup(uint32_t apic_id, uint64_t page_phys)
{
	uint32_t index = index_of(apic_id);

	aps[index].startups++;
	ipi_errors |= aps[index].startup_error;
	note_ipi('S', index);
	startup_us = now_us;
	if (!aps[index].silent && apic_reaches(apic_id))
		run_ap(index, start_ap);
	return true;
}

static void take_work(uint32_t index)
{
	void (*work)(struct cpu *) = slots[index].work;

	work(&records[index]);
	slots[index].work = NULL;
}

bool apic_send_wake(uint32_t apic_id)
{
	run_ap(index_of(apic_id), take_work);
	return true;
}

static void take_nmi(uint32_t index)
{
	stop_if_wanted();
}

bool apic_send_nmi(uint32_t apic_id)
{
	nmis++;
	if (!aps[index_of(apic_id)].ignores_nmi)
		run_ap(index_of(apic_id), take_nmi);
	return true;
}

static void announce(enum cpu_step step)
{
	arch_smp_announce(step);
	if (aps[this_cpu->found.index].hangs == step)
		end_turn();
}

static void take_all_steps(struct cpu *cpu)
{
	announce(CPU_EVIDENCE);
	announce(CPU_VMXON);
	announce(CPU_DONE);
}

static void count_work(struct cpu *cpu)
{
	uint32_t index = cpu->found.index;

	assert_ptr_equal(cpu, this_cpu);
	aps[index].works++;
	if (aps[index].hangs_in_work)
		end_turn();
}

/* Starts the APs. The NMIs to those that did not come do not count. */
static void start_all(void)
{
	arch_smp_prepare(&cpus, take_all_steps);
	arch_smp_start(&cpus);
	arch_smp_wait(&cpus);
	nmis = 0;
}

static inline int ap_machine_begin(void **state)
{
	steps = 0;
	lines = unit_capture();
	for (uint32_t i = 0; i < CPUS; i++) {
		records[i].found = (struct cpu_found){.index = i, .apic_id = i * 2};
		pointers[i] = &records[i];
	}
	cpus = (struct cpu_list){pointers, CPUS};
	this_cpu = &records[0];
	return 0;
}

#endif
