#include "tools/check/corroborate.h"

#include "kernel/lib/number.h"
#include "tools/check/said_facts.h"
#include "tools/check/fail.h"
#include "tools/check/lines.h"
#include "tools/check/log_line.h"

#include <stdlib.h>

/* Returns whether text goes on with this number. */
static bool goes_on_with(struct bytes text, uint64_t expected)
{
	uint64_t number;

	return number_take(&text, &number) && number == expected;
}

struct corroboration {
	struct findings *findings;
	unsigned *said; /* by CPU: SAID_... */
	bool had_session;
	bool had_first;   /* the log has the beginning of the boot */
	bool had_subtest; /* a CPU ran the self-test */
	bool lost;        /* the kernel says that a part is missing */
	bool counted;
	bool count_last;
	uint64_t in_vmx, of;
	uint64_t time_us;
	log_problem_set problems;
};

static void check_facts(struct corroboration *state, const struct log_line *line)
{
	const struct machine *machine = &state->findings->machine;
	struct lines_list cpus = {0};
	uint32_t index;

	if (!log_line_cpus(line, &cpus.rest))
		return;
	while (lines_take_number(&cpus, &index)) {
		bool known = index < machine->cpus.count;

		if (!facts_agree(line->sentence, known ? machine->cpus.cpu[index] : NULL,
		                 state->had_session, known ? &state->said[index] : NULL))
			state->problems |= 1U << LOG_FACTS_DIFFER;
		if (!known)
			return; /* a damaged list may name millions */
	}
}

/* The image's address in the first line is that of the block. */
static void check_first(struct corroboration *state, const struct log_line *line)
{
	struct bytes rest = line->sentence, before;

	state->had_first = true;
	if (lines_take_until(&rest, " at ", &before) &&
	    !goes_on_with(rest, state->findings->machine.image_phys))
		state->problems |= 1U << LOG_FACTS_DIFFER;
}

static void check_line(struct corroboration *state, struct bytes text)
{
	struct log_line line;
	struct bytes before;
	uint64_t in_vmx, of;

	if (!log_line_split(text, &line)) {
		if (lines_trim(text).size > 0)
			state->problems |= 1U << LOG_STRAY_TEXT;
		return;
	}
	if (lines_take_until(&line.sentence, " bytes of the log are missing here", &before)) {
		state->lost = true; /* stamped when it is read, not when it is written */
		return;
	}
	if (line.time_us < state->time_us)
		state->problems |= 1U << LOG_TIME_BACKWARDS;
	state->time_us = line.time_us;
	state->count_last = log_line_count(&line, &in_vmx, &of);
	if (state->count_last) {
		state->counted = true;
		state->in_vmx = in_vmx;
		state->of = of;
	}
	state->had_subtest |=
		bytes_equal(line.scope, "ktap") && lines_have(line.sentence, "# Subtest: ");
	if (log_line_is_first(&line))
		check_first(state, &line);
	else
		check_facts(state, &line);
}

/* Each CPU that the block describes must have been described to people, too. */
static void check_all_said(struct corroboration *state)
{
	const struct cpu_list *cpus = &state->findings->machine.cpus;
	bool run = false;

	if (!state->had_first || state->lost)
		return;
	for (uint32_t i = 0; i < cpus->count; i++) {
		unsigned required = facts_required(cpus->cpu[i]);

		run |= cpus->cpu[i]->selftest.run;
		required &= state->had_session ? SAID_IDENTITY : ~0U;
		if ((state->said[i] & required) != required)
			state->problems |= 1U << LOG_FACTS_DIFFER;
	}
	/* Somebody may have left out the self-test's lines, which are many. */
	if (state->had_subtest && !run && !state->had_session)
		state->problems |= 1U << LOG_FACTS_DIFFER;
}

static void check_count(struct corroboration *state)
{
	const struct findings *findings = state->findings;
	const struct cpu_list *cpus = &findings->machine.cpus;
	uint32_t entered = 0;

	for (uint32_t i = 0; i < cpus->count; i++)
		entered += cpus->cpu[i]->outcome.vmxon.kind == VMX_SUCCEEDED;
	if (!state->counted) {
		state->problems |= 1U << LOG_NO_COUNT;
		return;
	}
	state->problems |= !state->count_last ? 1U << LOG_COUNT_MISPLACED : 0;
	if (findings->sights != NULL && cpus->count > 0 &&
	    (state->of != cpus->count || (!state->had_session && state->in_vmx != entered)))
		state->problems |= 1U << LOG_COUNT_DIFFERS;
}

log_problem_set corroborate(const struct boot *boot, bool had_session, struct findings *findings)
{
	struct corroboration state = {.findings = findings, .had_session = had_session};
	struct bytes rest = boot->people, line;

	if (boot->lines_before)
		state.problems |= 1U << LOG_TIME_BACKWARDS;
	if (lines_trim(boot->people).size == 0)
		return 0; /* somebody kept only the block */
	state.said = allocate(findings->machine.cpus.count, sizeof(*state.said));
	while (lines_take(&rest, &line))
		check_line(&state, line);
	check_count(&state);
	check_all_said(&state);
	free(state.said);
	findings->log.counted = state.counted;
	findings->log.in_vmx = state.in_vmx;
	findings->log.of_cpus = state.of;
	return state.problems;
}
