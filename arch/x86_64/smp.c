/* Starts the APs, and runs functions on them. */
#include "arch/x86_64/ap_memory.h"
#include "arch/x86_64/ap_report.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/apic_timer.h"
#include "arch/x86_64/apic_takeover.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/startup.h"
#include "arch/x86_64/stop.h"
#include "arch/x86_64/this_cpu.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/progress.h"
#include "kernel/machine/timeout.h"
#include "kernel/console/console.h"

#include <stdatomic.h>

_Static_assert(CPU_SILENT == 0 && CPU_PROTECTED_MODE == 1 && CPU_NO_EXECUTE_DISABLE == 6,
               "trampoline.asm has these numbers");

enum {
	INIT_WAIT_US = 10000, /* SDM vol. 3A 8.4.4.1 "Typical BSP Initialization Sequence" */
	QUIET_US = 2000000,   /* give up the APs after so long without progress */
	WORK_US = 3000000,    /* likewise at their work */
	AWAKE_US = 10000,     /* then doze between polls: leaves the core to its other thread */
};

static struct ap_memory memory;            /* progress: NULL until all of it is taken */
static void (*run_on_ap)(struct cpu *cpu); /* what every AP does once it has started */
static uint64_t init_ticks;                /* when INIT was sent last */
static uint32_t awaited_count;             /* APs that were sent INIT and should become done */
static _Atomic uint32_t done_count;        /* APs that announced CPU_DONE */

/*
 * Does not return if the BSP has given this CPU up. The BSP does that by compare-and-swap, too: if
 * both change the byte at the same time, one of them fails and sees what the other wrote.
 */
void arch_smp_announce(enum cpu_step step)
{
	struct cpu *cpu = arch_this_cpu();
	_Atomic uint8_t *progress = &memory.progress[cpu->found.index];
	uint8_t before;

	if (cpu->found.index == 0)
		return;
	before = atomic_load(progress);
	do {
		if (before >= STOP_WANTED)
			stop_here();
		if (before >= step)
			return;
	} while (!atomic_compare_exchange_weak(progress, &before, (uint8_t)step));
	progress_made();
	if (step == CPU_DONE)
		atomic_fetch_add(&done_count, 1);
}

/*
 * The first C function of an AP. It announces CPU_LONG_MODE only after its descriptor tables are
 * loaded, because from then on it may be sent an NMI. Afterwards it waits for work. It checks for
 * work with interrupts disabled: a wake-up that is sent after the check ends the wait at once.
 */
static void ap_main(uint32_t index, uint32_t cr0)
{
	struct ap *ap = &memory.aps[index];

	atomic_store(&ap->outside, true);
	this_cpu_set(&ap->cpu);
	inherited_cr0(&ap->cpu->inherited, cr0);
	descriptors_load(&ap->descriptors, ap_nmi_stack_top(index), ap_fatal_stack_top(index));
	apic_take_over_ap();
	arch_smp_announce(CPU_LONG_MODE);
	run_on_ap(ap->cpu);
	for (;;) {
		void (*work)(struct cpu *) = atomic_load(&ap->work);

		if (work == NULL) {
			apic_wait_for_interrupt();
		} else {
			work(ap->cpu);
			atomic_store(&ap->work, NULL);
		}
	}
}

static bool needs_wait(void)
{
	return startup_needs_wait(cpuid(1, 0).eax);
}

/*
 * Sends INIT, and SIPI directly after it where the CPU needs no wait. A CPU that waits for SIPI
 * takes neither SMIs nor machine checks: SMI handlers of some firmware wait for all CPUs, up to
 * seconds, and a machine check shuts the CPU down.
 */
static void start_ap(struct cpu *cpu)
{
	if (!apic_reaches(cpu->found.apic_id)) {
		cpu->progress.failure =
			apic_is_enabled() ? REASON_AP_UNREACHABLE : REASON_APIC_DISABLED;
		return;
	}
	awaited_count++;
	apic_send_init(cpu->found.apic_id);
	init_ticks = rdtsc();
	if (!needs_wait())
		apic_send_startup(cpu->found.apic_id, memory.trampoline_phys);
	cpu->progress.apic_errors |= apic_take_errors();
}

void arch_smp_prepare(const struct cpu_list *cpus, void (*cpu_main)(struct cpu *cpu))
{
	run_on_ap = cpu_main;
	if (cpus->count > 1 && ap_memory_take(cpus, ap_main, &memory))
		stop_prepare(memory.progress);
}

void arch_smp_start(const struct cpu_list *cpus)
{
	if (memory.progress == NULL)
		return;
	ap_memory_reset(&memory, cpus->count);
	atomic_store(&done_count, 0);
	awaited_count = 0;
	apic_take_errors();
	for (uint32_t i = 1; i < cpus->count; i++)
		start_ap(cpus->cpu[i]);
}

static uint8_t progress_of(const struct cpu *cpu)
{
	return atomic_load(&memory.progress[cpu->found.index]);
}

static void send_startup_to_silent(const struct cpu_list *cpus)
{
	for (uint32_t i = 0; i < cpus->count; i++) {
		if (progress_of(cpus->cpu[i]) != CPU_SILENT)
			continue;
		apic_send_startup(cpus->cpu[i]->found.apic_id, memory.trampoline_phys);
		cpus->cpu[i]->progress.apic_errors |= apic_take_errors();
	}
}

/* Stops the CPUs that did not finish the task, and records how far each came. */
static void give_up(const struct cpu_list *cpus, bool (*is_unfinished)(const struct cpu *cpu),
                    const char *task)
{
	for (uint32_t i = 0; i < cpus->count; i++) {
		struct cpu *cpu = cpus->cpu[i];

		if (!is_unfinished(cpu))
			continue;
		cpu->progress.last_step = progress_of(cpu);
		cpu->progress.task = task;
		if (cpu->progress.failure == REASON_NONE)
			cpu->progress.failure = REASON_AP_TIMEOUT;
		stop_cpu(cpu);
	}
	stop_wait(cpus);
}

/* Returns true for an AP that can be given work. */
static bool is_running(const struct cpu *cpu)
{
	return memory.progress != NULL && cpu->found.index > 0 && progress_of(cpu) == CPU_DONE;
}

/* Returns false for a CPU that was given up before: its record says how far it came then. */
static bool is_starting(const struct cpu *cpu)
{
	return progress_of(cpu) != CPU_DONE && progress_of(cpu) < STOP_WANTED;
}

static bool is_busy(const struct cpu *cpu)
{
	return is_running(cpu) && atomic_load(&memory.aps[cpu->found.index].work) != NULL;
}

/*
 * Passes the time between two polls. A host hypervisor may run this CPU and those that it waits for
 * on one CPU. HLT gives the others their turn. Nothing else here may exit to the host; under KVM in
 * Bochs, which holds back the host's interrupts while the guest has disabled its own, nothing does.
 */
static void pass_time(struct progress_wait *wait)
{
	if (progress_wait_is_over(wait, AWAKE_US))
		apic_timer_doze();
	else
		pause();
}

/*
 * Waits until all APs are done, or none has made progress for QUIET_US, and gives up the rest.
 * The total time has no limit: a slow host may have hundreds of virtual CPUs. A silent AP gets
 * further SIPIs.
 */
static void wait_for_all(const struct cpu_list *cpus)
{
	struct progress_wait quiet = progress_wait_begin();
	struct wait since_startup = quiet.wait;
	unsigned sent = 1; /* SIPIs */

	while (atomic_load(&done_count) < awaited_count &&
	       !progress_wait_is_over(&quiet, QUIET_US)) {
		if (wait_is_over(&since_startup, startup_interval_us(sent))) {
			send_startup_to_silent(cpus);
			sent++;
			since_startup = wait_begin();
		}
		console_poll();
		pass_time(&quiet);
	}
	give_up(cpus, is_starting, NULL);
}

/* Sends SIPI to CPUs that need a wait after INIT. The BSP has done other work in that time. */
static void send_late_startup(const struct cpu_list *cpus)
{
	if (!needs_wait())
		return;
	while (!timeout_passed(init_ticks, INIT_WAIT_US))
		console_poll();
	send_startup_to_silent(cpus);
}

void arch_smp_wait(const struct cpu_list *cpus)
{
	if (memory.progress == NULL)
		return;
	send_late_startup(cpus);
	ap_report_start(&memory, awaited_count);
	wait_for_all(cpus);
	ap_report_unlisted(&memory, cpus);
}

/* Halts the AP in its NMI handler, with IDT and CR4.MCE: see start_ap() for what INIT would do. */
bool arch_smp_offline(struct cpu *cpu)
{
	const struct cpu_list one = {&cpu, 1};
	const struct cpu_progress before = cpu->progress;

	if (!is_running(cpu) || cpu->outcome.in_root_operation)
		return false;
	give_up(&one, is_running, TASK_HALT);
	if (progress_of(cpu) != STOPPED)
		return false;
	cpu->progress = before; /* it halted because it was asked to */
	return true;
}

bool arch_smp_online(struct cpu *cpu)
{
	const struct cpu_list one = {&cpu, 1};

	if (memory.progress == NULL || progress_of(cpu) != STOPPED)
		return false;
	cpu->progress.failure = REASON_NONE;
	atomic_store(&memory.aps[cpu->found.index].work, NULL);
	atomic_store(&memory.progress[cpu->found.index], CPU_SILENT);
	awaited_count = atomic_load(&done_count);
	start_ap(cpu);
	send_late_startup(&one);
	wait_for_all(&one);
	return is_running(cpu);
}

static uint32_t count_busy(const struct cpu_list *cpus)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < cpus->count; i++)
		count += is_busy(cpus->cpu[i]);
	return count;
}

uint32_t arch_smp_run(const struct cpu_list *cpus, void (*work)(struct cpu *cpu), const char *task)
{
	uint32_t missing;

	for (uint32_t i = 0; i < cpus->count; i++) {
		const struct cpu *cpu = cpus->cpu[i];

		if (!is_running(cpu))
			continue;
		atomic_store(&memory.aps[cpu->found.index].work, work);
		apic_send_wake(cpu->found.apic_id);
	}
	if (cpus->count > 0 && cpus->cpu[0]->found.index == 0)
		work(cpus->cpu[0]);
	for (struct progress_wait wait = progress_wait_begin();
	     count_busy(cpus) > 0 && !progress_wait_is_over(&wait, WORK_US);) {
		console_poll();
		pass_time(&wait);
	}
	missing = count_busy(cpus);
	if (missing > 0)
		give_up(cpus, is_busy, task);
	return missing;
}
