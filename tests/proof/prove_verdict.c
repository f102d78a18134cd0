/*
 * kernel/record/verdict.h: what a run amounts to.
 *
 * bound: every record of up to 4 CPUs, in every order
 * cbmc: --unwindset verdict_decide.0:6
 * sources: kernel/record/verdict.c kernel/record/reason.c kernel/lib/string.c
 */
#include "kernel/record/verdict.h"
#include "tests/proof/claims.h"

enum { CPUS = 4 };

static struct cpu first, second, third, fourth, one_more;
static struct cpu *list[] = {&one_more, &first, &second, &third, &fourth};

static enum reason any_reason(void)
{
	uint32_t reason = nondet_u32();

	GIVEN(reason < REASON_COUNT); /* the type has no other */
	return (enum reason)reason;
}

static enum verdict any_verdict(void)
{
	uint32_t verdict = nondet_u32();

	GIVEN(verdict <= VERDICT_ERROR); /* likewise */
	return (enum verdict)verdict;
}

/* A machine of 1 to 4 CPUs, each with any record; one more precedes them in the list. */
static struct machine any_machine(void)
{
	uint32_t count = nondet_u32();
	bool observe = nondet_u8() & 1;

	GIVEN(count >= 1 && count <= CPUS); /* the bound; the BSP is always there */
	for (unsigned i = 0; i <= CPUS; i++) {
		list[i]->progress.failure = any_reason();
		list[i]->plan.stop = any_reason();
		list[i]->outcome.reason = any_reason();
		list[i]->proof.reason = any_reason();
		list[i]->outcome.vmxon.kind = nondet_u8();
		list[i]->proof.cycles = nondet_u32();
		list[i]->orders = (struct cpu_orders){.observe = observe, /* run.c orders it so */
		                                      .prove = nondet_u8() & 1};
	}
	return (struct machine){
		.cpus = {&list[1], count}, .failure = any_reason(), .observe = observe};
}

static bool is_blameless(const struct cpu *cpu)
{
	return cpu->progress.failure == REASON_NONE && cpu->plan.stop == REASON_NONE &&
	       cpu->outcome.reason == REASON_NONE && cpu->proof.reason == REASON_NONE;
}

static bool has_done_its_orders(const struct cpu *cpu)
{
	return cpu->orders.observe || (cpu->outcome.vmxon.kind == VMX_SUCCEEDED &&
	                               (!cpu->orders.prove || cpu->proof.cycles > 0));
}

void pass_means_that_every_cpu_entered_and_proved_where_that_was_ordered(void)
{
	struct machine machine = any_machine();

	if (verdict_decide(&machine).verdict != VERDICT_PASS)
		return;
	for (unsigned i = 0; i < CPUS; i++) {
		const struct cpu *cpu = machine.cpus.cpu[i];

		if (i >= machine.cpus.count)
			continue;
		CLAIM(cpu->outcome.vmxon.kind == VMX_SUCCEEDED, "VMXON succeeded");
		CLAIM(!cpu->orders.prove || cpu->proof.cycles > 0,
		      "its guests did what they should");
		CLAIM(cpu->progress.failure == REASON_NONE, "and it was not given up");
	}
	if (machine.cpus.count == CPUS)
		REACHED("PASS");
}

void pass_means_that_nothing_failed_and_every_cpu_did_its_orders(void)
{
	struct machine machine = any_machine();
	struct run_verdict result = verdict_decide(&machine);
	bool blameless = machine.failure == REASON_NONE;

	for (unsigned i = 0; i < CPUS; i++)
		blameless &= i >= machine.cpus.count || (is_blameless(machine.cpus.cpu[i]) &&
		                                         has_done_its_orders(machine.cpus.cpu[i]));
	CLAIM((result.would_be == VERDICT_PASS) == blameless, "PASS, if and only if so");
	CLAIM(result.verdict != VERDICT_PASS || !machine.observe, "observe never passes");
	CLAIM((result.reasons == 0) == blameless, "what is no PASS has a reason");
	if (result.verdict == VERDICT_PASS)
		REACHED("PASS");
	REACHED("the end");
}

void one_more_cpu_never_makes_a_verdict_better(void)
{
	struct machine machine = any_machine();
	struct run_verdict before = verdict_decide(&machine), after;

	machine.cpus.cpu--;
	machine.cpus.count++;
	after = verdict_decide(&machine);
	CLAIM(after.would_be >= before.would_be, "the verdict gets no better");
	CLAIM(after.would_be > before.would_be || !(before.reasons & ~after.reasons),
	      "no reason is forgotten, unless for a worse one");
	REACHED("the end");
}

void the_order_of_the_cpus_does_not_matter(void)
{
	struct machine machine = any_machine();
	struct run_verdict before = verdict_decide(&machine), after;
	struct cpu *swapped[][CPUS] = {
		{&second, &first, &third, &fourth},
		{&first, &third, &second, &fourth},
		{&first, &second, &fourth, &third},
	};

	/* Every order is a sequence of such swaps. */
	for (unsigned i = 0; i < CPUS - 1; i++) {
		if (i + 1 >= machine.cpus.count)
			continue;
		machine.cpus.cpu = swapped[i];
		after = verdict_decide(&machine);
		CLAIM(before.verdict == after.verdict && before.would_be == after.would_be &&
		              before.reasons == after.reasons,
		      "the verdict and its reasons stay");
	}
	REACHED("the end");
}

void the_worst_reason_decides_and_only_its_equals_are_named(void)
{
	reason_set reasons = nondet_u32();
	enum reason reason = any_reason();
	bool observe = nondet_u8() & 1, cut_short;
	struct run_verdict result;

	GIVEN(!(reasons & 1) && reasons >> REASON_COUNT == 0); /* a set of reasons to fail */
	result = verdict_of_reasons(reasons, observe);
	CLAIM(!(result.reasons & ~reasons), "what is named was found");
	CLAIM(reason == REASON_NONE || !(result.reasons >> reason & 1) ||
	              verdict_of_reason(reason) == result.would_be,
	      "what is named leads to this verdict");
	CLAIM(!(reasons >> reason & 1) || verdict_of_reason(reason) <= result.would_be,
	      "nothing that was found is worse");
	cut_short = reasons & (1u << REASON_PANIC | 1u << REASON_EXCEPTION | 1u << REASON_NMI |
	                       1u << REASON_MACHINE_CHECK);
	CLAIM(result.verdict == (observe && !cut_short ? VERDICT_OBSERVED : result.would_be),
	      "observe excuses everything but what cuts the run short");
	REACHED("the end");
}

void every_reason_has_one_verdict_and_every_verdict_one_exit_code(void)
{
	enum reason reason = any_reason();
	enum verdict a = any_verdict(), b = any_verdict();

	CLAIM(verdict_of_reason(reason) <= VERDICT_ERROR, "the verdict exists");
	CLAIM(verdict_of_reason(reason) != VERDICT_OBSERVED, "no reason leads to OBSERVED");
	CLAIM((verdict_of_reason(reason) == VERDICT_PASS) == (reason == REASON_NONE),
	      "every reason but none leads away from PASS");
	CLAIM(reason_code(reason) != NULL, "the reason has a code");
	CLAIM(a == b || verdict_exit_code(a) != verdict_exit_code(b), "no two share an exit code");
	CLAIM(verdict_exit_code(a) != 0 && verdict_name(a) != NULL, "every verdict has both");
	REACHED("the end");
}
