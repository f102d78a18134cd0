#include "kernel/run/run.h"

#include "kernel/console/console.h"
#include "kernel/console/log.h"
#include "kernel/record/phantoms.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/memory.h"
#include "kernel/record/caps.h"
#include "kernel/record/verdict.h"
#include "kernel/report/inherited_print.h"
#include "kernel/report/explain.h"
#include "kernel/report/caps_print.h"
#include "kernel/report/compare.h"
#include "kernel/report/compare_memory.h"
#include "kernel/report/narrate.h"
#include "kernel/report/hint.h"
#include "kernel/report/report.h"
#include "kernel/report/results.h"
#include "kernel/run/cpu_main.h"
#include "kernel/run/report_code.h"

enum { SELFTESTED = 2 }; /* the number of CPUs that run the self-test by default */

void run_begin(struct run *run)
{
	const struct options *options = run->options;

	run->wanted = (struct trials){options->prove, options->selftest, options->bench};
	run->machine.observe = options->observe;
	run->machine.verbose = options->verbose;
}

/*
 * Allocates the memory of the trials before any AP starts, because the APs have no allocator.
 * Without enough memory the CPUs still enter VMX operation, but the verdict is FAIL: what was asked
 * for did not happen.
 */
static void prepare_trials(struct run *run)
{
	struct machine *machine = &run->machine;

	if (trials_prepare(&run->ready, run->wanted, machine->cpus.count))
		return;
	log_line("vmx", "error: not enough memory for guests, self-test or bench: skipping them");
	if (machine->failure == REASON_NONE)
		machine->failure = REASON_OUT_OF_MEMORY;
	run->wanted = (struct trials){0};
}

/* Most CPUs of a machine are alike, so the BSP and one AP are enough, unless all are asked for. */
static bool is_selftested(const struct run *run, uint32_t index)
{
	return run->wanted.selftest && (index < SELFTESTED || run->options->selftest_all);
}

void run_prepare(struct run *run)
{
	const struct cpu_list *cpus = &run->machine.cpus;

	prepare_trials(run);
	for (uint32_t i = 0; i < cpus->count; i++)
		cpus->cpu[i]->orders = (struct cpu_orders){
			.observe = run->machine.observe,
			.selftest = is_selftested(run, i),
			.prove = run->wanted.guests,
		};
	arch_smp_prepare(cpus, cpu_main);
}

/* The BSP does its part while the APs do theirs, so a boot waits for the slowest CPU only. */
static void start_all(const struct cpu_list *cpus)
{
	arch_smp_start(cpus);
	cpu_enter(cpus->cpu[0]);
	arch_vmx_fill_proof();
	cpu_finish(cpus->cpu[0]);
	console_measure_clock();
	arch_smp_wait(cpus);
}

/* The verdict is about the CPUs that exist. */
static void drop_phantoms(struct machine *machine)
{
	const struct cpu_list *cpus = &machine->cpus;
	uint32_t dropped = phantoms_drop(&machine->cpus);

	machine->phantoms += dropped;
	for (uint32_t i = 0; i < dropped; i++)
		log_line("smp",
		         "warning: APIC ID %#x fits no package of this machine and did not start: "
		         "firmware bug; not counted",
		         cpus->cpu[cpus->count + i]->found.apic_id);
}

static void leave_before_next_cycle(struct cpu *cpu)
{
	cpu->finished = false;
	arch_vmx_leave(cpu);
}

/*
 * Each cycle starts the APs by INIT-SIPI-SIPI, not by a wake-up, to prove that they left VMX
 * operation: in VMX root operation, INIT is blocked (SDM vol. 3C 23.8 "Restrictions on VMX
 * Operation").
 */
void run_enter(struct run *run)
{
	const struct cpu_list *cpus = &run->machine.cpus;

	start_all(cpus);
	drop_phantoms(&run->machine);
	while (verdict_decide(&run->machine).verdict == VERDICT_PASS) {
		run->cycles++;
		if (run->cycles >= run->options->cycles ||
		    arch_smp_run(cpus, leave_before_next_cycle, TASK_LEAVE) > 0)
			return;
		start_all(cpus);
	}
}

void run_bench(struct run *run)
{
	if (run->wanted.bench)
		trials_bench(&run->machine.cpus);
}

/* Reads the parsed options, because a panic can come before run_begin() copies them. */
static enum exit_action chosen_exit(const struct run *run)
{
	return run->exit_chosen ? run->exit : run->options->exit;
}

/* Memory in pieces is of no use, and adding more does not help. */
static void print_memory_failure(void)
{
	if (memory_refused() > 0)
		log_line("boot",
		         "error: no free range of %lu KiB: the largest one left has %lu KiB, of "
		         "%lu MiB of memory in all",
		         memory_refused() >> 10, memory_largest() >> 10, memory_total() >> 20);
}

static void run_print_failure(const struct machine *machine)
{
	print_memory_failure();
	if (machine->failure == REASON_NONE)
		return;
	text_print(&log_stamped, "smp: error: ");
	explain_reason(machine->cpus.cpu[0], machine->failure, &log_stamped);
	text_print(&log_stamped, "\nsmp: hint: %s\n",
	           hint_for(machine->failure, machine->cpus.cpu[0]));
}

/* Comparing many CPUs takes long and prints nothing if they are equal: keeps the ports busy. */
static void run_print_cpus(const struct machine *machine)
{
	narrate_cpus(machine, &log_stamped);
	inherited_print(machine, &log_stamped);
	for (uint32_t i = 0; i < machine->cpus.count; i++)
		machine->cpus.cpu[i]->reported = cpu_reason(machine->cpus.cpu[i]);
	console_poll();
	compare_print(machine, &log_stamped);
	console_poll();
	if (compare_memory_print(machine, &log_stamped) || compare_finds_fault(machine))
		log_line("vmx", "hint: %s", compare_hint);
	caps_print_broken_rules(machine, &log_stamped);
}

static void print_selftest(const struct cpu_list *cpus)
{
	uint32_t tested = 0;

	for (uint32_t i = 0; i < cpus->count; i++)
		tested += cpus->cpu[i]->selftest.run;
	log_line("vmx", "self-test: ran on %u of %u CPUs%s", tested, cpus->count,
	         tested < cpus->count ? "; selftest=all runs it on all" : "");
	selftest_print(cpus, arch_vmx_selftest_check, &log_stamped);
}

static void print_trials(const struct run *run)
{
	const struct cpu_list *cpus = &run->machine.cpus;

	if (run->options->cycles > 1)
		log_line("vmx", "cycles of VMXON, guests, VMXOFF and INIT-SIPI-SIPI: %u of %u",
		         run->cycles, run->options->cycles);
	if (run->wanted.bench)
		bench_print(cpus, &log_stamped);
	if (run->wanted.selftest)
		print_selftest(cpus);
	if (run->options->caps)
		caps_print(cpus, &log_stamped);
}

void run_print(struct run *run)
{
	arch_clock_poll();
	console_report();
	run->machine.package_shift = arch_package_shift();
	run_print_failure(&run->machine);
	run_print_cpus(&run->machine);
	print_trials(run);
	if (run->options->misspelt)
		log_line("vmx",
		         "no VMX setting was written, VMX was not entered: an option is misspelt, "
		         "see the warning above");
	else if (run->machine.observe)
		log_line("vmx", "observe: no VMX setting was written, VMX was not entered");
	if (chosen_exit(run) == EXIT_POWEROFF && !arch_can_power_off())
		log_line("rootmode",
		         "warning: this machine cannot be powered off: no \\_S5 package of "
		         "constants in the DSDT or an SSDT, or no sleep registers; it will halt");
}

/* The report contains the TSC rate, so wait for it. The log keeps draining meanwhile. */
void run_complete_record(struct run *run)
{
	struct machine *machine = &run->machine;
	const struct cpu *bsp = machine->cpus.count > 0 ? machine->cpus.cpu[0] : arch_this_cpu();

	while (!arch_clock_final()) {
		arch_clock_poll();
		console_poll();
		arch_relax();
	}
	arch_clock_report(&log_stamped);
	machine->memory_bytes = memory_total();
	machine->image_phys = arch_image_phys();
	machine->apic_mode = apic_mode_name(bsp->inherited.apic);
	machine->apic_found = apic_mode_name(bsp->inherited.apic_found);
	machine->clock_source = arch_clock_source();
	machine->clock_check = arch_clock_check();
	machine->clock_khz = arch_clock_khz();
}

void run_leave(struct run *run)
{
	arch_smp_run(&run->machine.cpus, arch_vmx_leave, TASK_LEAVE);
	narrate_leaving(&run->machine, &log_stamped);
}

/*
 * Holds the log while it prints the report and the verdict, so that each console gets all of it or
 * none. A program at the other end never sees half a report. Then waits until the consoles have
 * sent everything, because a reboot or power-off discards what the UART has not sent.
 */
void run_end(struct run *run)
{
	const struct machine *machine = &run->machine;
	const struct cpu *self = arch_this_cpu();

	run_complete_record(run);
	if (run->options->results)
		results_print(machine, arch_vmx_selftest_check, &log_stamped);
	log_hold();
	report_print_count(machine, &log_stamped);
	report_print_end(machine, LOG_CRC, &log_dropped, &log_bare);
	report_print_result(machine, &log_bare);
	log_close();
	console_flush();
	if (chosen_exit(run) == EXIT_HALT && !run->options->no_qr)
		report_code_show(machine);
	if (self->found.index == 0 && self->inherited.apic != self->inherited.apic_found)
		arch_smp_run(&machine->cpus, arch_apic_put_back, TASK_APIC);
	arch_end(chosen_exit(run), verdict_exit_code(verdict_decide(machine).verdict));
}

void run_end_after_panic(struct run *run, enum reason reason)
{
	run->machine.failure = reason;
	arch_this_cpu()->progress.failure = reason;
	report_mark_unfinished(&run->machine);
	if (run->machine.cpus.count == 0 && run->machine.listed == 0)
		log_line("smp", "the list of CPUs had not been read: their number is unknown");
	log_line("rootmode",
	         "the addresses are of a kernel whose code has CRC-32 %#010x: "
	         "tools/rootmode-symbols names their functions",
	         arch_text_crc32());
	log_line("rootmode", "hint: %s", hint_for(reason, arch_this_cpu()));
	run_end(run);
}

/*
 * Prints an empty report, from constants: after printing the report failed, the records may be
 * unusable. A program that waits for the end of the log still finds a verdict.
 */
void run_end_without_report(struct run *run, enum reason reason, bool count)
{
	if (count)
		report_print_count(&run->machine, &log_stamped);
	text_print(&log_bare, "REPORT 1 lines=0\nEND crc32=0x00000000\nRESULT: %s %s\n",
	           verdict_name(VERDICT_ERROR), reason_code(reason));
	log_close();
	console_flush();
	arch_end(chosen_exit(run), verdict_exit_code(VERDICT_ERROR));
}
