#include "arch/x86_64/stop.h"

#include "arch/x86_64/apic.h"
#include "arch/x86_64/instructions.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/wait.h"

#include <stddef.h>

enum { TAKE_US = 100000 }; /* for a CPU to take an NMI */

static const struct cpu_list *all; /* NULL until there are CPUs to stop */
static _Atomic uint8_t *progress;  /* by index */

void stop_prepare(const struct cpu_list *cpus, _Atomic uint8_t *progress_by_index)
{
	progress = progress_by_index;
	all = cpus;
}

/* APs take NMIs from CPU_LONG_MODE on, when they have told that they have the tables for it. */
void stop_cpu(uint32_t index)
{
	uint8_t reached = atomic_load(&progress[index]), next;

	do {
		if (reached >= STOP_WANTED)
			return;
		next = reached >= CPU_LONG_MODE ? STOP_WANTED : STOPPED;
	} while (!atomic_compare_exchange_weak(&progress[index], &reached, next));
	if (next == STOP_WANTED)
		apic_send_nmi(all->cpu[index]->found.apic_id);
}

void stop_wait(void)
{
	struct wait wait = wait_begin();

	for (uint32_t i = 0; i < all->count; i++) {
		while (atomic_load(&progress[i]) == STOP_WANTED && !wait_is_over(&wait, TAKE_US))
			pause();
	}
}

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

bool stop_if_wanted(void)
{
	struct cpu *self = arch_this_cpu();
	uint32_t owed = atomic_load(&self->nmis_owed);

	if (all != NULL && atomic_load(&progress[self->found.index]) >= STOP_WANTED)
		stop_here();
	while (owed > 0 && !atomic_compare_exchange_weak(&self->nmis_owed, &owed, owed - 1))
		;
	return owed > 0;
}

/* One that comes late is still owed then, and is taken for what it is. */
bool arch_smp_nmi(struct cpu *cpu)
{
	struct wait wait = wait_begin();

	if (cpu->found.index != 0 &&
	    (all == NULL || atomic_load(&progress[cpu->found.index]) != CPU_DONE))
		return false;
	atomic_fetch_add(&cpu->nmis_owed, 1);
	apic_send_nmi(cpu->found.apic_id);
	while (atomic_load(&cpu->nmis_owed) > 0 && !wait_is_over(&wait, TAKE_US))
		pause();
	return atomic_load(&cpu->nmis_owed) == 0;
}

void arch_stop_everyone(void)
{
	struct cpu *self = arch_this_cpu();

	for (uint32_t i = 0; all != NULL && i < all->count; i++) {
		if (i != self->found.index)
			stop_cpu(i);
	}
	if (all != NULL)
		stop_wait();
	arch_clock_take_over();
	arch_vmx_leave(self);
}
