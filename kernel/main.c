/*
 * rootmode: every CPU of the machine into VMX root operation, and a report of how that went.
 */
#include "kernel/arch.h"
#include "kernel/console.h"
#include "kernel/cpu_list.h"
#include "kernel/explain.h"
#include "kernel/firmware.h"
#include "kernel/loader.h"
#include "kernel/log.h"
#include "kernel/memory.h"
#include "kernel/panic.h"
#include "kernel/report.h"
#include "kernel/run.h"

static struct machine machine;
static struct options options;
static const struct vmx_evidence nobody; /* for hints that do not depend on the CPU */

void kernel_main(void);
void cpu_main(struct cpu *cpu);

static void find_machine(void)
{
	struct multiboot2 information;
	struct firmware firmware;

	loader_read(&information, &options);
	console_open(&options);
	firmware_read(&information, options.exit == EXIT_POWEROFF, &firmware);
	arch_clock_start(&firmware.fadt);
	arch_power_init(&firmware.fadt, firmware.dsdt);
	arch_apic_init();
	machine.trouble = cpu_list_make(firmware.madt, &options, &machine.cpus);
	if (machine.cpus.count == 0)
		panic("there is no memory for a list of CPUs");
	arch_set_bsp(machine.cpus.cpu[0]);
}

/* What every CPU does, all at the same time. */
void cpu_main(struct cpu *cpu)
{
	arch_vmx_read_evidence(&cpu->evidence);
	arch_smp_announce(CPU_EVIDENCE);
	arch_vmx_plan(&cpu->evidence, &cpu->plan);
	arch_smp_announce(CPU_VMXON);
	if (cpu->plan.stop == REASON_NONE && !options.observe)
		arch_vmx_enter(cpu);
	arch_smp_announce(CPU_DONE);
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

static void print_end(void)
{
	wait_for_clock();
	describe_machine();
	report_print(&machine, &log_bare);
	report_print_result(&machine, &log_bare);
	console_flush();
}

__attribute__((noreturn)) static void end(void)
{
	uint32_t reasons;
	enum verdict verdict = report_verdict(&machine, &reasons);

	if (machine.observe && verdict != VERDICT_ERROR)
		verdict = VERDICT_OBSERVED;
	arch_end(options.exit, verdict_exit_code(verdict));
}

void run_end_with_error(enum reason reason)
{
	machine.trouble = reason;
	options.observe = false;
	log_line("rootmode", "hint: %s", explain_hint(reason, &nobody));
	report_print_count(&machine, &log_stamped);
	print_end();
	end();
}

static void tell(void)
{
	machine.verbose = options.verbose;
	if (machine.trouble != REASON_NONE) {
		text_print(&log_stamped, "smp: error: ");
		explain_reason(machine.cpus.cpu[0], machine.trouble, &log_stamped);
		text_print(&log_stamped, "\nsmp: hint: %s\n", explain_hint(machine.trouble, &nobody));
	}
	report_narrate(&machine, &log_stamped);
	report_differences(&machine, &log_stamped);
	if (options.observe)
		log_line("vmx", "nothing was written and nothing entered, as observe says");
	if (options.exit == EXIT_POWEROFF && !arch_can_power_off())
		log_line("rootmode", "warning: this machine cannot be powered off without ACPI's "
				     "interpreter; it will halt");
	report_print_count(&machine, &log_stamped);
}

void kernel_main(void)
{
	arch_init();
	find_machine();
	arch_smp_prepare(&machine.cpus);
	cpu_main(machine.cpus.cpu[0]);
	arch_smp_start(&machine.cpus);
	tell();
	arch_smp_run(&machine.cpus, arch_vmx_leave);
	print_end();
	end();
}
