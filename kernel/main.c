/*
 * rootmode: every CPU of the machine into VMX root operation, and a report of how that went.
 */
#include "kernel/machine/arch.h"
#include "kernel/record/caps.h"
#include "kernel/console/console.h"
#include "kernel/discover/cpu_list.h"
#include "kernel/report/explain.h"
#include "kernel/discover/firmware.h"
#include "kernel/discover/loader.h"
#include "kernel/console/log.h"
#include "kernel/machine/memory.h"
#include "kernel/monitor/monitor.h"
#include "kernel/run/panic.h"
#include "kernel/report/report.h"
#include "kernel/record/verdict.h"

static struct machine machine;
static struct options options;
static uint32_t cycle; /* how often all CPUs have been in VMX operation and left it */

void kernel_main(void);

static void find_machine(void)
{
	struct multiboot2 information;
	struct firmware firmware;

	loader_read(&information, &options);
	firmware_read(&information, options.exit == EXIT_POWEROFF || options.monitor, &firmware);
	console_choose(&options, &firmware.console, &information);
	arch_clock_start(&firmware.fadt);
	arch_power_init(&firmware.fadt, firmware.dsdt);
	arch_apic_init();
	machine.failure = cpu_list_make(firmware.madt, &options, &machine.cpus);
	if (machine.cpus.count == 0)
		panic("there is no memory for a list of CPUs");
	arch_set_bsp(machine.cpus.cpu[0]);
}

static void prepare_proof(void)
{
	bool guests = options.prove || options.selftest || options.bench;

	if ((!guests || arch_vmx_prepare_proof(machine.cpus.count)) &&
	    (!options.selftest || arch_vmx_prepare_selftest()) &&
	    (!options.bench || arch_vmx_prepare_bench(machine.cpus.count)))
		return;
	log_line("vmx", "error: no memory for guests, self-test or bench: they are left out");
	if (machine.failure == REASON_NONE)
		machine.failure = REASON_OUT_OF_MEMORY;
	options.prove = options.selftest = options.bench = false;
}

/* What every CPU does, all at the same time: at first, and when it was started anew. */
static void look_and_enter(struct cpu *cpu)
{
	arch_vmx_read_evidence(&cpu->evidence);
	arch_smp_announce(CPU_EVIDENCE);
	arch_vmx_plan(&cpu->evidence, &cpu->plan);
	arch_smp_announce(CPU_VMXON);
	if (cpu->plan.stop != REASON_NONE)
		return;
	if (options.observe) {
		arch_vmx_predict(cpu);
		return;
	}
	if (options.selftest)
		arch_vmx_selftest_before(cpu);
	arch_vmx_enter(cpu);
	if (cpu->outcome.in_root_operation && options.selftest)
		arch_vmx_selftest(cpu);
}

static void enter_again(struct cpu *cpu)
{
	arch_smp_announce(CPU_EVIDENCE);
	arch_smp_announce(CPU_VMXON);
	arch_vmx_enter_again(cpu);
}

static void enter(struct cpu *cpu)
{
	if (cpu->outcome.vmxon != VMXON_SUCCEEDED)
		look_and_enter(cpu);
	else
		enter_again(cpu);
}

static void prove(struct cpu *cpu)
{
	if (cpu->outcome.in_root_operation && options.prove)
		arch_vmx_prove(cpu);
}

static void finish(struct cpu *cpu)
{
	prove(cpu);
	cpu->finished = true;
	arch_smp_announce(CPU_DONE);
}

static void cpu_main(struct cpu *cpu)
{
	enter(cpu);
	finish(cpu);
}

static void leave_to_return(struct cpu *cpu)
{
	cpu->finished = false;
	arch_vmx_leave(cpu);
}

/* The APs have had their INIT. The BSP does its own part while they come to, and while they work.
 */
static void start_all(void)
{
	enter(machine.cpus.cpu[0]);
	arch_smp_start(&machine.cpus);
	finish(machine.cpus.cpu[0]);
	arch_smp_wait(&machine.cpus);
}

/* Out of VMX operation and, after INIT and SIPI, in again: a CPU left in it would not answer. */
static void repeat(void)
{
	for (cycle = 1; cycle < options.cycles && !options.observe; cycle++) {
		if (verdict_decide(&machine).verdict != VERDICT_PASS)
			return;
		arch_smp_run(&machine.cpus, leave_to_return, TASK_LEAVE);
		arch_smp_prepare_again();
		start_all();
	}
}

/* Each CPU for itself, one after the other; then all of them at the same time. */
static void bench(void)
{
	for (uint32_t i = 0; i < machine.cpus.count; i++) {
		const struct cpu_list one = {&machine.cpus.cpu[i], 1};

		arch_smp_run(&one, arch_vmx_bench_alone, TASK_BENCH);
	}
	arch_smp_run(&machine.cpus, arch_vmx_bench_together, TASK_BENCH);
}

/* The clock's rate is a fact of the report; the log has enough to drain until it is known. */
static void wait_for_clock(void)
{
	while (!arch_clock_final()) {
		arch_clock_poll();
		console_poll();
		arch_relax();
	}
}

static void describe_machine(void)
{
	machine.memory_bytes = memory_total();
	machine.observe = options.observe;
	machine.image_phys = arch_image_phys();
	machine.apic_mode = arch_apic_mode();
	machine.clock_source = arch_clock_source();
	machine.clock_khz = arch_clock_khz();
}

static void monitor(void)
{
	wait_for_clock();
	describe_machine();
	options.exit = monitor_run(&machine, &options);
}

static void print_end(void)
{
	wait_for_clock();
	describe_machine();
	log_hold();
	report_print_count(&machine, &log_stamped);
	report_print(&machine, &log_bare);
	report_print_result(&machine, &log_bare);
	log_close();
	console_flush();
}

__attribute__((noreturn)) static void end(void)
{
	arch_end(options.exit, verdict_exit_code(verdict_decide(&machine).verdict));
}

static void end_with_error(enum reason reason)
{
	machine.failure = reason;
	arch_this_cpu()->progress.failure = reason;
	report_mark_unfinished(&machine);
	log_line("rootmode", "hint: %s", explain_hint(reason, arch_this_cpu()));
	print_end();
	end();
}

static void end_without_report(enum reason reason, bool count)
{
	if (count)
		report_print_count(&machine, &log_stamped);
	text_print(&log_bare, "REPORT 1 lines=0\nEND crc32=0x00000000\nRESULT: %s %s\n",
	           verdict_name(VERDICT_ERROR), reason_code(reason));
	log_close();
	console_flush();
	arch_end(options.exit, verdict_exit_code(VERDICT_ERROR));
}

static const struct panic_ending panic_ending = {end_with_error, end_without_report};

static void tell(void)
{
	machine.verbose = options.verbose;
	arch_clock_poll();
	console_tell();
	if (machine.failure != REASON_NONE) {
		text_print(&log_stamped, "smp: error: ");
		explain_reason(machine.cpus.cpu[0], machine.failure, &log_stamped);
		text_print(&log_stamped, "\nsmp: hint: %s\n",
		           explain_hint(machine.failure, machine.cpus.cpu[0]));
	}
	report_narrate(&machine, &log_stamped);
	for (uint32_t i = 0; i < machine.cpus.count; i++)
		machine.cpus.cpu[i]->reported = cpu_reason(machine.cpus.cpu[i]) != REASON_NONE;
	report_differences(&machine, &log_stamped);
	if (options.cycles > 1)
		log_line("vmx", "cycles of enter, prove, leave, INIT and SIPI: %u of %u", cycle,
		         options.cycles);
	if (options.bench)
		bench_print(&machine.cpus, &log_stamped);
	if (options.selftest)
		selftest_print(&machine.cpus, arch_vmx_selftest_check, &log_stamped);
	if (options.caps)
		caps_print(&machine.cpus, &log_stamped);
	if (options.misspelt)
		log_line("vmx", "nothing was written and nothing entered: an option is misspelt, "
		                "see the warning above");
	else if (options.observe)
		log_line("vmx", "nothing was written and nothing entered, as observe says");
	if (options.exit == EXIT_POWEROFF && !arch_can_power_off())
		log_line("rootmode", "warning: this machine cannot be powered off without ACPI's "
		                     "interpreter; it will halt");
}

/* Until then nothing was wrong with those that do not leave as they should, so they are told here.
 */
static void leave(void)
{
	arch_smp_run(&machine.cpus, arch_vmx_leave, TASK_LEAVE);
	report_narrate_leaving(&machine, &log_stamped);
}

void kernel_main(void)
{
	panic_prepare(&panic_ending);
	arch_init();
	find_machine();
	prepare_proof();
	arch_smp_prepare(&machine.cpus, cpu_main);
	start_all();
	repeat();
	if (options.bench)
		bench();
	tell();
	if (options.monitor)
		monitor();
	leave();
	print_end();
	end();
}
