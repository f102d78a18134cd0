/* Starts the APs, and runs functions on them. */
#include "arch/x86_64/ap_memory.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/apic_timer.h"
#include "arch/x86_64/apic_takeover.h"
#include "arch/x86_64/boot.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/startup.h"
#include "arch/x86_64/stop.h"
#include "arch/x86_64/this_cpu.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/timeout.h"
#include "kernel/machine/wait.h"
#include "kernel/console/console.h"
#include "kernel/console/log.h"

#include <stdatomic.h>

_Static_assert(CPU_SILENT == 0 && CPU_PROTECTED_MODE == 1 && CPU_NO_EXECUTE_DISABLE == 6,
               "trampoline.asm has these numbers");

enum {
	INIT_WAIT_US = 10000, /* SDM vol. 3A 8.4.4.1 "Typical BSP Initialization Sequence" */
	QUIET_US = 2000000,   /* without any announcement for this long, no AP will make one */
	WORK_US = 3000000,    /* time limit for work on the APs */
	AWAKE_US = 10000, /* poll this long, then doze: a hyper-thread or a host can use the time */
};

static struct ap_memory memory;
static const struct cpu_list *all;
static void (*run_on_ap)(struct cpu *cpu); /* what every AP does after it started */
static uint64_t init_ticks;
static uint32_t expected;          /* APs that can be reached */
static _Atomic uint32_t movements; /* number of announcements of all APs */
static _Atomic uint32_t done;      /* number of APs that announced CPU_DONE */

/* Does not return if the BSP has given this CPU up: compare-and-swap lets one of the two win. */
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
	atomic_fetch_add(&movements, 1);
	if (step == CPU_DONE)
		atomic_fetch_add(&done, 1);
}

/*
 * The first C function of an AP. It announces CPU_LONG_MODE only after its descriptor tables are
 * loaded, because from then on it may be sent an NMI. Afterwards it waits for work. It checks for
 * work with interrupts disabled and enables them together with HLT: a wake-up that is sent between
 * the check and the HLT stays pending and ends the HLT at once.
 */
static void ap_main(uint32_t index)
{
	struct cpu *cpu = all->cpu[index];
	struct ap *ap = &memory.aps[index];

	this_cpu_set(&all->cpu[index]);
	descriptors_load(&ap->descriptors, ap_nmi_stack_top(index), ap_fatal_stack_top(index));
	apic_take_over_ap();
	arch_smp_announce(CPU_LONG_MODE);
	run_on_ap(cpu);
	for (;;) {
		void (*work)(struct cpu *) = atomic_load(&ap->work);

		if (work == NULL) {
			sti_hlt_cli();
			continue;
		}
		work(cpu);
		atomic_store(&ap->work, NULL);
	}
}

/* Sent early: the wait that old CPUs need after INIT passes while the BSP does something else. */
static void send_init_to_all(void)
{
	ap_memory_reset(&memory, all->count);
	atomic_store(&done, 0);
	expected = 0;
	apic_take_errors();
	for (uint32_t i = 1; i < all->count; i++) {
		if (!apic_reaches(all->cpu[i]->found.apic_id)) {
			all->cpu[i]->progress.failure =
				apic_is_enabled() ? REASON_AP_UNREACHABLE : REASON_APIC_DISABLED;
			continue;
		}
		expected++;
		apic_send_init(all->cpu[i]->found.apic_id);
		all->cpu[i]->progress.apic_errors |= apic_take_errors();
	}
	init_ticks = rdtsc();
}

enum reason arch_smp_prepare(const struct cpu_list *cpus, void (*cpu_main)(struct cpu *cpu))
{
	all = cpus;
	run_on_ap = cpu_main;
	if (cpus->count == 1)
		return REASON_NONE;
	if (!ap_memory_take(cpus, ap_main, &memory)) {
		all = NULL;
		return cpus->cpu[1]->progress.failure;
	}
	stop_prepare(cpus, memory.progress);
	send_init_to_all();
	log_line("smp", "%s mode, trampoline at %#lx, INIT sent to the other CPUs: %u",
	         apic_mode_name(arch_this_cpu()->inherited.apic), memory.trampoline_phys,
	         cpus->count - 1);
	return REASON_NONE;
}

void arch_smp_prepare_again(void)
{
	if (all != NULL && all->count > 1)
		send_init_to_all();
}

static void send_startup_to_silent(void)
{
	for (uint32_t i = 1; i < all->count; i++) {
		if (atomic_load(&memory.progress[i]) != CPU_SILENT)
			continue;
		apic_send_startup(all->cpu[i]->found.apic_id, memory.trampoline_phys);
		all->cpu[i]->progress.apic_errors |= apic_take_errors();
	}
}

/*
 * Waits until all APs are done, or none has announced anything for QUIET_US. The total time has no
 * limit: a slow host may have hundreds of virtual CPUs. A silent AP gets further SIPIs.
 */
static void wait_for_all(void)
{
	struct wait quiet = wait_begin(), since_startup = quiet;
	uint32_t seen = 0;
	unsigned sent = 1;

	while (atomic_load(&done) < expected && !wait_is_over(&quiet, QUIET_US)) {
		if (wait_is_over(&since_startup, startup_interval_us(sent))) {
			send_startup_to_silent();
			sent++;
			since_startup = wait_begin();
		}
		if (seen != atomic_load(&movements)) {
			seen = atomic_load(&movements);
			quiet = wait_begin();
		}
		console_poll();
		pause();
	}
}

/* Stops the CPUs that failed the current step, and records how far each came. */
static void give_up(bool (*has_failed)(uint32_t index), const char *task)
{
	for (uint32_t i = 1; i < all->count; i++) {
		if (!has_failed(i))
			continue;
		all->cpu[i]->progress.last_step = atomic_load(&memory.progress[i]);
		all->cpu[i]->progress.task = task;
		if (all->cpu[i]->progress.failure == REASON_NONE)
			all->cpu[i]->progress.failure = REASON_AP_TIMEOUT;
		stop_cpu(i);
	}
	stop_wait();
}

static bool is_running(uint32_t index)
{
	return all != NULL && index < all->count && index > 0 &&
	       atomic_load(&memory.progress[index]) == CPU_DONE;
}

static bool is_missing(uint32_t index)
{
	return !is_running(index) && atomic_load(&memory.progress[index]) != STOPPED;
}

static bool is_busy(uint32_t index)
{
	return is_running(index) && atomic_load(&memory.aps[index].work) != NULL;
}

/* Reports CPUs that started but match no listed APIC ID, or hung before they read theirs. */
static void log_strangers(void)
{
	uint32_t started = ap_memory_started(&memory), unlisted = ap_memory_unlisted(&memory);
	uint32_t known = 0;

	for (uint32_t i = 1; i < all->count; i++)
		known += all->cpu[i]->progress.failure == REASON_NONE ||
		         all->cpu[i]->progress.last_step != CPU_SILENT;
	if (unlisted > 0)
		log_line("smp", "warning: CPUs that started but match no listed APIC ID: %u",
		         unlisted);
	if (started > known + unlisted)
		log_line("smp",
		         "warning: CPUs that started but hung before they read their APIC ID: %u",
		         started - known - unlisted);
}

static void start_silent(void)
{
	while (startup_needs_wait(cpuid(1, 0).eax) && !timeout_passed(init_ticks, INIT_WAIT_US))
		console_poll();
	send_startup_to_silent();
}

static void wait_for_started(void)
{
	wait_for_all();
	give_up(is_missing, NULL);
}

void arch_smp_start(const struct cpu_list *cpus)
{
	if (all != NULL && cpus->count > 1)
		start_silent();
}

void arch_smp_wait(const struct cpu_list *cpus)
{
	if (all == NULL || cpus->count == 1)
		return;
	wait_for_started();
	log_strangers();
}

/* INIT resets the AP to wait-for-SIPI. In VMX root operation INIT is blocked, hence the check. */
bool arch_smp_offline(const struct cpu *cpu)
{
	if (!is_running(cpu->found.index) || cpu->outcome.in_root_operation)
		return false;
	atomic_store(&memory.progress[cpu->found.index], STOPPED);
	return apic_send_init(cpu->found.apic_id);
}

bool arch_smp_online(struct cpu *cpu)
{
	if (all == NULL || atomic_load(&memory.progress[cpu->found.index]) != STOPPED)
		return false;
	cpu->progress.failure = REASON_NONE;
	atomic_store(&memory.aps[cpu->found.index].work, NULL);
	atomic_store(&memory.progress[cpu->found.index], CPU_SILENT);
	apic_send_init(cpu->found.apic_id);
	init_ticks = rdtsc();
	expected = atomic_load(&done) + 1;
	start_silent();
	wait_for_started();
	return is_running(cpu->found.index);
}

static uint32_t count_busy(void)
{
	uint32_t count = 0;

	for (uint32_t i = 1; all != NULL && i < all->count; i++)
		count += is_busy(i);
	return count;
}

uint32_t arch_smp_run(const struct cpu_list *cpus, void (*work)(struct cpu *cpu), const char *task)
{
	uint32_t missing;

	for (uint32_t i = 0; i < cpus->count; i++) {
		const struct cpu *cpu = cpus->cpu[i];

		if (!is_running(cpu->found.index))
			continue;
		atomic_store(&memory.aps[cpu->found.index].work, work);
		apic_send_wake(cpu->found.apic_id);
	}
	if (cpus->count > 0 && cpus->cpu[0]->found.index == 0)
		work(cpus->cpu[0]);
	for (struct wait wait = wait_begin(); count_busy() > 0 && !wait_is_over(&wait, WORK_US);) {
		console_poll();
		if (wait_is_over(&wait, AWAKE_US))
			apic_timer_doze();
		else
			pause();
	}
	missing = count_busy();
	if (missing > 0)
		give_up(is_busy, task);
	return missing;
}
