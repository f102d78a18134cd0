/*
 * rootmode: takes every CPU of the machine into VMX root operation, and reports how that went.
 */
#include "kernel/console/console.h"
#include "kernel/discover/cpu_list.h"
#include "kernel/discover/firmware.h"
#include "kernel/discover/loader.h"
#include "kernel/machine/arch.h"
#include "kernel/monitor/monitor.h"
#include "kernel/run/panic.h"
#include "kernel/run/run.h"

static struct options options;
static struct firmware firmware;
static struct cpu_source source;
static struct run run = {.options = &options};

void kernel_main(void);

/* The count of CPUs is right even if the panic came before their list was made. */
static void end_after_panic(enum reason reason)
{
	if (run.machine.cpus.count == 0)
		run.machine.listed = cpu_list_count(&source, &options);
	run_end_after_panic(&run, reason);
}

static void end_after_panic_in_report(enum reason reason, bool count)
{
	run_end_without_report(&run, reason, count);
}

static const struct panic_ending panic_ending = {
	.cpus = &run.machine.cpus,
	.with_report = end_after_panic,
	.without_report = end_after_panic_in_report,
};

static uint64_t find_hpet(void)
{
	return firmware_find_hpet(&firmware);
}

static bool opts_out_of_x2apic(void)
{
	return firmware_opts_out_of_x2apic(&firmware);
}

static void find_machine(void)
{
	struct boot_information information;

	loader_read(&information, &options);
	run_begin(&run);
	firmware_read(&information, options.exit == EXIT_POWEROFF || options.monitor, &firmware);
	source = (struct cpu_source){firmware.madt, firmware.mp, information.kexec};
	console_choose(&options, &firmware.console, &information);
	arch_clock_start(&firmware.fadt, find_hpet);
	arch_power_init(&firmware.fadt, &firmware.soft_off);
	arch_apic_init();
	run.machine.failure = cpu_list_make(&source, &options, &run.machine.cpus);
	arch_set_bsp(run.machine.cpus.cpu[0]);
	arch_apic_choose_mode(cpu_list_largest_apic_id(&run.machine.cpus), opts_out_of_x2apic);
}

void kernel_main(void)
{
	panic_prepare(&panic_ending);
	arch_init();
	find_machine();
	run_prepare(&run);
	run_enter(&run);
	run_bench(&run);
	firmware_report(&firmware);
	run_print(&run);
	if (run.options->monitor)
		monitor_run(&run);
	run_leave(&run);
	run_end(&run);
}
