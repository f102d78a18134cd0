/*
 * arch/x86_64/stop.h and arch_smp_announce(): a CPU that was given up takes no further step. Both
 * change a CPU's progress by one compare-and-swap, so whatever CPUs do at once is a sequence of
 * such changes. What holds for one change from any state holds for all sequences.
 *
 * bound: one change by the AP or the BSP, from any state
 * cbmc: --unwind 4
 * sources: arch/x86_64/stop.c kernel/machine/progress.c
 */
#include "arch/x86_64/smp.c" /* its state is static */
#include "tests/proof/claims.h"

static struct cpu ap;
static _Atomic uint8_t steps[2];
static unsigned nmis;

struct cpu *arch_this_cpu(void)
{
	return &ap;
}

bool apic_send_nmi(uint32_t apic_id)
{
	(void)apic_id;
	nmis++;
	return true;
}

void arch_vmx_leave(struct cpu *cpu)
{
	(void)cpu;
	CLAIM(steps[1] >= STOP_WANTED, "only a CPU that was given up stops here");
	__CPROVER_assume(false); /* from here on it halts, whatever comes */
}

static uint8_t any_progress(void)
{
	uint8_t before = nondet_u8();

	GIVEN(before <= CPU_DONE || before == STOP_WANTED ||
	      before == STOPPED); /* it has no other */
	ap.found.index = 1;
	memory.progress = steps;
	stop_prepare(steps);
	steps[1] = before;
	return before;
}

void an_ap_that_was_given_up_announces_nothing(void)
{
	uint8_t before = any_progress();
	uint32_t step = nondet_u32();

	GIVEN(step > CPU_SILENT && step <= CPU_DONE); /* the steps that an AP announces */
	arch_smp_announce((enum cpu_step)step);
	CLAIM(before < STOP_WANTED, "it does not come back if it was given up");
	CLAIM(steps[1] == (before > step ? before : step), "progress never goes back");
	CLAIM(done_count == (step == CPU_DONE && before != CPU_DONE),
	      "it is counted once when it is done");
	REACHED("an AP that goes on");
}

void an_ap_that_is_given_up_stays_so_and_gets_no_nmi_before_it_can_take_one(void)
{
	uint8_t before = any_progress();

	stop_cpu(&ap);
	CLAIM(steps[1] >= STOP_WANTED, "it is given up");
	CLAIM(before < STOP_WANTED || steps[1] == before, "once");
	CLAIM((nmis > 0) == (before >= CPU_LONG_MODE && before <= CPU_DONE),
	      "an NMI, if and only if its descriptor tables are loaded");
	CLAIM((steps[1] == STOP_WANTED) == (nmis > 0 || before == STOP_WANTED),
	      "who waits for it, waits for one that got an NMI");
	if (nmis > 0)
		REACHED("an NMI");
	if (before == CPU_SILENT)
		REACHED("a silent AP");
}
