#include "arch/x86_64/stop.h"

#include "arch/x86_64/apic.h"
#include "arch/x86_64/instructions.h"
#include "kernel/arch.h"
#include "kernel/clock.h"

#include <stddef.h>

enum { TAKE_US = 100000 }; /* for a CPU to take an NMI */

static const struct cpu_list *all;             /* NULL until there are CPUs to stop */
static _Atomic uint8_t *progress;              /* by index */
static const struct cpu *_Atomic nmi_expected; /* the CPU that a person has sent an NMI to */

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
		apic_send_nmi(all->cpu[index]->apic_id);
}

void stop_wait(void)
{
	uint64_t since = rdtsc();

	for (uint32_t i = 0; i < all->count; i++) {
		while (atomic_load(&progress[i]) == STOP_WANTED && !clock_passed(since, TAKE_US))
			pause();
	}
}

void stop_here(void)
{
	struct cpu *self = arch_this_cpu();

	arch_vmx_leave(self);
	atomic_store(&progress[self->index], STOPPED);
	for (;;) {
		cli();
		hlt();
	}
}

bool stop_if_wanted(void)
{
	const struct cpu *self = arch_this_cpu();

	if (all != NULL && atomic_load(&progress[self->index]) >= STOP_WANTED)
		stop_here();
	return atomic_compare_exchange_strong(&nmi_expected, &self, NULL);
}

bool arch_smp_nmi(const struct cpu *cpu)
{
	uint64_t since = rdtsc();

	if (cpu->index != 0 && (all == NULL || atomic_load(&progress[cpu->index]) != CPU_DONE))
		return false;
	atomic_store(&nmi_expected, cpu);
	apic_send_nmi(cpu->apic_id);
	while (atomic_load(&nmi_expected) != NULL && !clock_passed(since, TAKE_US))
		pause();
	return atomic_exchange(&nmi_expected, NULL) == NULL;
}

void arch_stop_everyone(void)
{
	struct cpu *self = arch_this_cpu();

	for (uint32_t i = 0; all != NULL && i < all->count; i++) {
		if (i != self->index)
			stop_cpu(i);
	}
	if (all != NULL)
		stop_wait();
	arch_vmx_leave(self);
}
