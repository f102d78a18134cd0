/* Stops CPUs by NMI, and counts the NMIs that were sent on purpose. */
#include "arch/x86_64/stop.h"

#include "arch/x86_64/apic.h"
#include "arch/x86_64/instructions.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/wait.h"

#include <stddef.h>

enum { TAKE_US = 100000 }; /* time limit for a CPU to take an NMI */

static _Atomic uint8_t *progress;  /* by index; NULL until there are APs to stop */
static struct cpu *_Atomic holder; /* the CPU that finishes something before it stops */

void stop_prepare(_Atomic uint8_t *progress_by_index)
{
	progress = progress_by_index;
}

static bool has_tables(uint8_t reached)
{
	return reached >= CPU_LONG_MODE && reached <= CPU_DONE;
}

/*
 * An AP can take an NMI from CPU_LONG_MODE on: it announces that step after it loaded its IDT.
 * Before, an NMI would be a triple fault and reset the machine.
 */
void stop_cpu(const struct cpu *cpu)
{
	_Atomic uint8_t *own = &progress[cpu->found.index];
	uint8_t reached = atomic_load(own), next;

	do {
		if (reached >= STOP_WANTED)
			return;
		next = has_tables(reached) ? STOP_WANTED : STOPPED;
	} while (!atomic_compare_exchange_weak(own, &reached, next));
	if (next == STOP_WANTED)
		apic_send_nmi(cpu->found.apic_id);
}

void stop_wait(const struct cpu_list *cpus)
{
	struct wait wait = wait_begin();

	for (uint32_t i = 0; i < cpus->count; i++) {
		_Atomic uint8_t *own = &progress[cpus->cpu[i]->found.index];

		while (atomic_load(own) == STOP_WANTED && !wait_is_over(&wait, TAKE_US))
			pause();
	}
}

/*
 * STOPPED is stored last: whoever waits for it may then rely on this CPU's record, which no longer
 * changes. The loop is for NMIs and SMIs, which end HLT.
 */
void stop_here(void)
{
	struct cpu *self = arch_this_cpu();

	arch_vmx_leave(self);
	atomic_store(&progress[self->found.index], STOPPED);
	for (;;) {
		cli();
		hlt();
	}
}

static bool is_stop_wanted(const struct cpu *cpu)
{
	return progress != NULL && atomic_load(&progress[cpu->found.index]) >= STOP_WANTED;
}

void arch_hold_stop(void)
{
	atomic_store(&holder, arch_this_cpu());
}

void arch_release_stop(void)
{
	atomic_store(&holder, NULL);
	if (is_stop_wanted(arch_this_cpu()))
		stop_here();
}

bool stop_if_wanted(void)
{
	struct cpu *self = arch_this_cpu();
	uint32_t owed = atomic_load(&self->nmis_owed);

	if (is_stop_wanted(self)) {
		if (atomic_load(&holder) == self)
			return true;
		stop_here();
	}
	while (owed > 0 && !atomic_compare_exchange_weak(&self->nmis_owed, &owed, owed - 1))
		;
	return owed > 0;
}

/*
 * An NMI that arrives after the time limit is still counted as owed, so it is not a surprise then.
 */
bool arch_smp_nmi(struct cpu *cpu)
{
	struct wait wait = wait_begin();

	if (cpu->found.index != 0 &&
	    (progress == NULL || atomic_load(&progress[cpu->found.index]) != CPU_DONE))
		return false;
	atomic_fetch_add(&cpu->nmis_owed, 1);
	apic_send_nmi(cpu->found.apic_id);
	while (atomic_load(&cpu->nmis_owed) > 0 && !wait_is_over(&wait, TAKE_US))
		pause();
	return atomic_load(&cpu->nmis_owed) == 0;
}

/* Sends all NMIs before it waits, so the time limit counts once, not per CPU. */
static void stop_others(const struct cpu_list *cpus)
{
	for (uint32_t i = 0; i < cpus->count; i++) {
		if (cpus->cpu[i] != arch_this_cpu())
			stop_cpu(cpus->cpu[i]);
	}
	stop_wait(cpus);
}

void arch_stop_everyone(const struct cpu_list *cpus)
{
	if (progress != NULL)
		stop_others(cpus);
	arch_clock_take_over();
	arch_vmx_leave(arch_this_cpu());
}
