#include "tools/check/log_input.h"

#include "tools/check/corroborate.h"
#include "tools/check/lines.h"
#include "tools/check/log_block.h"
#include "tools/check/log_cpus.h"
#include "tools/check/text_crc.h"

/* Stores a verdict. Returns false if the word is none. */
static bool read_verdict(struct bytes word, struct findings *findings)
{
	for (enum verdict verdict = VERDICT_PASS; verdict <= VERDICT_ERROR; verdict++) {
		if (!bytes_equal(word, verdict_name(verdict)))
			continue;
		if (verdict == VERDICT_OBSERVED)
			findings->machine.observe = true;
		else
			findings->log_verdict = verdict;
		findings->log.has_result = verdict != VERDICT_OBSERVED;
		return true;
	}
	return false;
}

/* "OBSERVED" precedes a verdict. A reason that no CPU has is the machine's. */
static void read_result(struct bytes line, struct findings *findings)
{
	struct bytes word;
	enum reason reason;

	findings->machine.observe = false;
	lines_copy(lines_trim(line), findings->result, sizeof(findings->result));
	while ((word = bytes_take_word(&line)).size > 0) {
		if (read_verdict(word, findings))
			continue;
		if (log_reason(word, &reason) && !log_has_reason(findings, reason))
			findings->machine.failure = reason;
		/* Newer versions have further reasons, and so has the entry code; PASS has none. */
		if (findings->log.has_result && findings->log_verdict == VERDICT_PASS)
			findings->log.problems |= 1U << LOG_RESULT_DIFFERS;
	}
}

static bool has_entered(const struct findings *findings)
{
	for (uint32_t i = 0; i < findings->machine.cpus.count; i++) {
		if (findings->machine.cpus.cpu[i]->outcome.vmxon.kind != VMX_NOT_TRIED)
			return true;
	}
	return false;
}

/* Returns whether the block has a reason against the verdict PASS. */
static bool has_failed(const struct findings *findings)
{
	const struct cpu_list *cpus = &findings->machine.cpus;

	for (uint32_t i = 0; i < cpus->count; i++) {
		if (findings->sights[i].recorded_reason != REASON_NONE ||
		    (!findings->machine.observe &&
		     cpus->cpu[i]->outcome.vmxon.kind != VMX_SUCCEEDED))
			return true;
	}
	return cpus->count == 0 || findings->machine.failure != REASON_NONE;
}

/* A PASS says that every CPU entered, and OBSERVED that none did. */
static void check_result(struct findings *findings)
{
	bool passed = findings->log_verdict == VERDICT_PASS;

	if (findings->log.has_block && findings->log.has_result &&
	    ((findings->machine.observe && has_entered(findings)) ||
	     (passed && has_failed(findings))))
		findings->log.problems |= 1U << LOG_RESULT_DIFFERS;
}

static void add_problem(struct findings *findings, enum log_problem problem)
{
	findings->log.problems |= 1U << problem;
	text_print(&findings->odd.text, "log: warning: %s\n", log_problem_sentence(problem));
}

/* Explains the problems that were not explained when they were found. */
static void explain(struct findings *findings, log_problem_set before)
{
	log_problem_set told = log_problem_doubts(UINT32_MAX) | 1U << LOG_TEXT_CUT;
	log_problem_set added = findings->log.problems & ~before & told;

	for (unsigned problem = 0; problem < LOG_PROBLEM_COUNT; problem++) {
		if (added >> problem & 1)
			add_problem(findings, problem);
	}
}

static bool has_text(struct bytes text)
{
	struct bytes line;

	while (lines_take(&text, &line)) {
		if (lines_trim(line).size > 0)
			return true;
	}
	return false;
}

static void read_end(const struct boot *boot, struct findings *findings)
{
	findings->machine.observe = !has_entered(findings);
	if (boot->result.at != NULL)
		read_result(boot->result, findings);
	if (!findings->log.has_result)
		findings->log.problems |= 1U << LOG_NO_VERDICT;
	if (has_text(boot->after))
		findings->log.problems |= 1U << LOG_TEXT_AFTER_RESULT;
	check_result(findings);
}

/*
 * An error of the kernel can come before the list of CPUs, before the lines about them, or while a
 * port is sending. Such a log has no verdict that these problems could leave in doubt.
 */
static void excuse_kernel_error(struct findings *findings)
{
	if (findings->log.has_result && findings->log_verdict == VERDICT_ERROR)
		findings->log.problems &=
			~(1U << LOG_CPUS_DIFFER | 1U << LOG_FACTS_DIFFER | 1U << LOG_TEXT_DIFFERS);
}

bool log_look(const struct boot *boot, bool had_session, struct findings *findings,
              struct refusal *refusal)
{
	log_problem_set before;

	findings->people = boot->people;
	findings->log.block = boot->block;
	findings->log.has_block = boot->block.at != NULL;
	if (findings->log.has_block && !log_read_block(boot->block, findings, refusal))
		return false;
	before = findings->log.problems;
	if (!findings->log.has_block) {
		findings_make_cpus(findings, 0);
		findings->log.problems |= 1U << LOG_NO_REPORT;
	}
	if (boot->blocks > 1)
		findings->log.problems |= 1U << LOG_REPORT_TWICE;
	read_end(boot, findings);
	findings->log.problems |= corroborate(boot, had_session, findings);
	if (findings->log.has_text_crc)
		findings->log.problems |= text_crc_check(boot, findings->log.text_crc);
	excuse_kernel_error(findings);
	log_look_at_people(findings);
	explain(findings, before);
	return true;
}
