/*
 * A machine for the monitor, on the host: a test supplies the input and gets the output, and CPUs
 * are records. Include it once: it has definitions, which replace kernel/console/log.c,
 * kernel/console/console.c and the machine.
 */
#ifndef TESTS_UNIT_MONITOR_MACHINE_H
#define TESTS_UNIT_MONITOR_MACHINE_H

#include "kernel/machine/arch.h"
#include "kernel/console/console.h"
#include "kernel/console/log.h"
#include "kernel/machine/memory.h"
#include "kernel/monitor/monitor.h"
#include "kernel/run/cpu_main.h"

#include <stdlib.h>
#include <string.h>

enum { FAKE_CPUS = 4, FAKE_VMX_MSR = 0x3A, FAKE_FAULTING_MSR = 0xBAD };

static struct {
	bool has_no_input;
	struct bytes typed;
	size_t past_end; /* bytes that were read behind what is typed */
	void (*put)(char character);
	struct cpu cpus[FAKE_CPUS];
	struct cpu *list[FAKE_CPUS];
	struct run run;
	uint64_t msr, cr4;
	unsigned entries;
	bool has_no_vmx;
	bool loses_work;
	bool is_deaf; /* to NMIs and SIPIs */
	bool has_no_memory;
	bool trials_lack_memory;
	void (*meddle)(struct cpu *cpu); /* changes what a CPU has done */
	unsigned fills, leaves;
	bool stays_on; /* the machine cannot be powered off */
	bool stays_in; /* VMXOFF has no effect */
	unsigned idle; /* so many looks find nothing typed, and what is done meanwhile: */
	unsigned clock_polls, console_polls, relaxes;
	uint64_t pages;
	bool record_complete;
	bool fails_trials; /* guests and the self-test */
} fake;

static void fake_put(struct text *to, char character)
{
	(void)to;
	fake.put(character);
}

struct text log_bare = {fake_put};
struct text log_stamped = {fake_put};

void log_line(const char *scope, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	text_print(&log_stamped, "%s: ", scope);
	text_print_list(&log_stamped, format, list);
	text_print(&log_stamped, "\n");
	va_end(list);
}

void log_repeat(struct text *to)
{
	text_print(to, "a line\nok\nhalf a line");
}

/* What is typed, and then the monitor's end, again and again. */
bool console_has_input(void)
{
	return !fake.has_no_input;
}

bool console_read(uint8_t *byte)
{
	static const char end[] = "\r\rexit\r";

	if (fake.idle > 0) {
		fake.idle--;
		return false;
	}
	if (fake.typed.size > 0) {
		*byte = fake.typed.at[0];
		fake.typed = bytes_from(fake.typed, 1);
	} else {
		*byte = (uint8_t)end[fake.past_end++ % (sizeof(end) - 1)];
	}
	return true;
}

void console_poll(void)
{
	fake.console_polls++;
}

uint64_t memory_take(uint64_t pages)
{
	fake.pages = pages;
	return fake.has_no_memory ? 0 : PAGE_SIZE;
}

void *arch_map(uint64_t phys, uint64_t size)
{
	static struct cpu *room[FAKE_CPUS];

	(void)phys;
	return size <= sizeof(room) ? room : NULL;
}

void arch_clock_poll(void)
{
	fake.clock_polls++;
}

void arch_relax(void)
{
	fake.relaxes++;
}

bool arch_can_power_off(void)
{
	return !fake.stays_on;
}

uint32_t arch_smp_run(const struct cpu_list *cpus, void (*work)(struct cpu *cpu), const char *task)
{
	for (uint32_t i = 0; i < cpus->count; i++) {
		if (cpus->cpu[i]->progress.failure == REASON_NONE && !cpus->cpu[i]->monitor.offline)
			work(cpus->cpu[i]);
		if (fake.meddle != NULL)
			fake.meddle(cpus->cpu[i]);
	}
	if (!fake.loses_work)
		return 0;
	cpus->cpu[cpus->count - 1]->progress.failure = REASON_AP_TIMEOUT;
	cpus->cpu[cpus->count - 1]->progress.task = task;
	return 1;
}

bool arch_smp_nmi(struct cpu *cpu)
{
	return !fake.is_deaf || cpu->found.index == 0;
}

bool arch_smp_offline(struct cpu *cpu)
{
	return !fake.is_deaf && cpu->found.index > 0 && !cpu->outcome.in_root_operation;
}

bool arch_smp_online(struct cpu *cpu)
{
	cpu->progress.failure = fake.is_deaf ? REASON_AP_TIMEOUT : REASON_NONE;
	if (!fake.is_deaf && !fake.run.machine.observe)
		cpu_enter(cpu);
	return !fake.is_deaf;
}

void arch_smp_announce(enum cpu_step step)
{
	(void)step;
}

void arch_vmx_predict(struct cpu *cpu)
{
	(void)cpu;
}

void run_complete_record(struct run *run)
{
	(void)run;
	fake.record_complete = true;
}

void arch_vmx_read_evidence(struct vmx_evidence *evidence)
{
	evidence->signature = 0x50654;
	evidence->vmx = !fake.has_no_vmx;
}

void arch_vmx_plan(const struct vmx_evidence *evidence, struct vmx_plan *plan)
{
	plan->stop = evidence->vmx ? REASON_NONE : REASON_NO_VMX;
}

void arch_vmx_enter(struct cpu *cpu)
{
	fake.entries++;
	cpu->outcome = (struct vmx_outcome){
		.vmxon = {.kind = VMX_SUCCEEDED},
		.in_root_operation = true,
		.predicted = {.status = {.kind = VMX_SUCCEEDED}, .because = "it is so"},
	};
}

void arch_vmx_enter_again(struct cpu *cpu)
{
	arch_vmx_enter(cpu);
}

void arch_vmx_leave(struct cpu *cpu)
{
	fake.leaves++;
	cpu->outcome.left |= cpu->outcome.in_root_operation;
	cpu->outcome.in_root_operation &= fake.stays_in;
}

static struct vmx_status fake_fault(uint32_t msr)
{
	return msr == FAKE_FAULTING_MSR ? (struct vmx_status){.kind = VMX_FAULTED, .number = 13}
	                                : (struct vmx_status){.kind = VMX_SUCCEEDED};
}

struct vmx_status arch_read_msr(uint32_t msr, uint64_t *value)
{
	*value = msr == FAKE_VMX_MSR ? fake.msr : 0;
	return fake_fault(msr);
}

struct vmx_status arch_write_msr(uint32_t msr, uint64_t value)
{
	if (msr == FAKE_VMX_MSR)
		fake.msr = value;
	return fake_fault(msr);
}

struct vmx_status arch_write_cr4(uint64_t value)
{
	fake.cr4 = value;
	return (struct vmx_status){.kind = VMX_SUCCEEDED};
}

uint64_t arch_read_cr4(void)
{
	return fake.cr4;
}

void arch_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t registers[4])
{
	registers[0] = leaf;
	registers[2] = subleaf;
}

const char *arch_msr_would_break(uint32_t msr)
{
	return msr == 0x1B ? "interrupts" : NULL;
}

const char *arch_cr4_would_break(uint64_t value)
{
	return value == 0 ? "64-bit mode" : NULL;
}

bool arch_vmx_prepare_proof(uint32_t cpus)
{
	(void)cpus;
	return !fake.has_no_memory && !fake.trials_lack_memory;
}

void arch_read_facts(struct cpu *cpu)
{
	(void)cpu;
}

void arch_vmx_fill_proof(void)
{
	fake.fills++;
}

void arch_vmx_prove(struct cpu *cpu)
{
	cpu->proof.tried = true;
	cpu->proof.cycles++;
	if (fake.fails_trials)
		proof_fail(&cpu->proof, REASON_VMCS, "VMCLEAR",
		           (struct vmx_status){.kind = VMX_FAIL_INVALID});
}

bool arch_vmx_prepare_bench(uint32_t cpus)
{
	(void)cpus;
	return true;
}

void arch_vmx_bench_alone(struct cpu *cpu)
{
	(void)cpu;
}

void arch_vmx_bench_together(struct cpu *cpu)
{
	(void)cpu;
}

bool arch_vmx_prepare_selftest(uint32_t cpus)
{
	(void)cpus;
	return true;
}

void arch_vmx_selftest_before(struct cpu *cpu)
{
	(void)cpu;
}

void arch_vmx_selftest(struct cpu *cpu)
{
	cpu->selftest.run = true;
	cpu->selftest.failed = fake.fails_trials;
}

const struct selftest_check *arch_vmx_selftest_check(unsigned n)
{
	(void)n;
	return NULL;
}

/* Four CPUs in VMX root operation, and what is typed to them. */
static void fake_begin(const void *typed, size_t size, void (*put)(char character))
{
	memset(&fake, 0, sizeof(fake));
	fake.typed = (struct bytes){typed, size};
	fake.put = put;
	fake.cr4 = 0x2020;
	for (uint32_t i = 0; i < FAKE_CPUS; i++) {
		fake.cpus[i].found.index = fake.cpus[i].found.apic_id = i;
		fake.cpus[i].found.region_phys = 0x1000;
		fake.list[i] = &fake.cpus[i];
		cpu_enter(&fake.cpus[i]);
	}
	fake.run.machine = (struct machine){
		.cpus = {fake.list, FAKE_CPUS},
		.apic_mode = "xapic",
		.clock_source = "pit",
	};
}

#endif
