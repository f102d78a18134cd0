/*
 * arch/x86_64/smp.c and stop.c in threads that run at once: the BSP and an AP, or an AP that comes
 * twice. __CPROVER_ASYNC_n starts a thread. prove_handshake.c has the checks of each access.
 *
 * bound: every interleaving of the threads, in total store order
 * cbmc: --mm tso --no-standard-checks --unwind 2
 *   --unwindset stop_cpu.0:3 -I tests/proof/threads
 * sources: kernel/machine/progress.c
 */
#include "arch/x86_64/instructions.h"
#include "tests/proof/claims.h"

/* HLT ends a thread here. In a function, this would end the function only. */
#define hlt() __CPROVER_assume(false)

#include "arch/x86_64/smp.c"  /* its state is static */
#include "arch/x86_64/stop.c" /* for hlt() */

static struct cpu_found ap = {.index = 1}; /* the only part that is read of a record */
static _Atomic uint8_t steps[2] = {CPU_DONE};
static _Atomic bool nmi_sent;

/* Stands for what the AP writes of itself: an ordinary variable. */
static enum { NOTHING, PARTIAL, COMPLETE, LEFT } record;

struct cpu *arch_this_cpu(void)
{
	return (struct cpu *)&ap;
}

bool apic_send_nmi(uint32_t apic_id)
{
	(void)apic_id;
	atomic_store(&nmi_sent, true);
	return true;
}

void arch_vmx_leave(struct cpu *cpu)
{
	(void)cpu;
	record = LEFT;
}

void cli(void)
{
}

void pause(void)
{
}

struct wait wait_begin(void)
{
	return (struct wait){0};
}

/* Time passes: a wait ends after the second look at the latest. */
bool wait_is_over(struct wait *wait, uint64_t us)
{
	(void)us;
	return wait->spent_ticks++ > 0 || nondet_bool();
}

/* The only assignments of pointers: CBMC permits them in an atomic part. */
static void prepare(void)
{
	__CPROVER_atomic_begin();
	memory.progress = steps;
	stop_prepare(steps);
	awaited_count = 1;
	steps[1] = nondet_bool() ? CPU_SILENT : CPU_LONG_MODE; /* what it announced before */
	__CPROVER_atomic_end();
}

/* An AP that comes at any time, and may hang. Its NMI handler runs where it hangs or idles. */
static void an_ap(void)
{
	record = PARTIAL;
	if (nondet_bool()) {
		record = COMPLETE;
		arch_smp_announce(CPU_DONE);
		CLAIM(atomic_load(&done_count) > 0, "an AP that was given up does not go on");
	}
	if (atomic_load(&nmi_sent))
		stop_if_wanted();
}

/*
 * What wait_for_all() and give_up() do for one AP. They also record which task it hung in, by a
 * pointer: CBMC permits no assignment of one while threads run.
 */
static bool wait_for_ap(uint8_t *last_step)
{
	const struct cpu *cpu = arch_this_cpu();
	struct wait quiet = wait_begin();

	while (atomic_load(&done_count) < awaited_count && !wait_is_over(&quiet, QUIET_US))
		pause();
	if (!is_starting(cpu))
		return true;
	*last_step = progress_of(cpu);
	stop_cpu(cpu);
	for (quiet = wait_begin();
	     progress_of(cpu) == STOP_WANTED && !wait_is_over(&quiet, QUIET_US);)
		pause();
	return false;
}

void a_record_is_complete_when_its_cpu_is_seen_to_be_done(void)
{
	prepare();
__CPROVER_ASYNC_1:
	an_ap();
	if (is_running(arch_this_cpu())) {
		CLAIM(record == COMPLETE, "all that the AP wrote before is there");
		REACHED("an AP that is done");
	}
}

void an_ap_comes_in_time_or_is_given_up_and_changes_nothing_more(void)
{
	uint8_t last_step = CPU_SILENT, first;

	prepare();
__CPROVER_ASYNC_1:
	an_ap();
	if (wait_for_ap(&last_step)) {
		CLAIM(record == COMPLETE, "the record of an AP that came is complete");
		REACHED("an AP that came");
	} else if (progress_of(arch_this_cpu()) == STOPPED) {
		first = record;
		CLAIM(last_step < CPU_LONG_MODE || record == first,
		      "the record of one that stopped after its start no longer changes");
		if (last_step == CPU_LONG_MODE && first == LEFT)
			REACHED("an AP that hung, and took the NMI");
		if (last_step == CPU_SILENT && first == NOTHING)
			REACHED("an AP that did not come");
	} else {
		REACHED("an AP that takes no NMI in time");
	}
}

void an_ap_that_was_given_up_never_becomes_done(void)
{
	prepare();
__CPROVER_ASYNC_1:
	an_ap();
	stop_cpu(arch_this_cpu());
	CLAIM(progress_of(arch_this_cpu()) >= STOP_WANTED, "it is given up");
	CLAIM(progress_of(arch_this_cpu()) >= STOP_WANTED, "for good");
	REACHED("the end");
}

void an_ap_that_comes_twice_is_counted_once(void)
{
	prepare();
__CPROVER_ASYNC_1:
	arch_smp_announce(CPU_DONE);
__CPROVER_ASYNC_2:
	arch_smp_announce(CPU_DONE);
	CLAIM(atomic_load(&done_count) <= 1, "once");
	if (atomic_load(&done_count) == 1)
		REACHED("it is done");
}
