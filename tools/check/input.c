#include "tools/check/input.h"

#include "tools/check/answer.h"
#include "tools/check/boots.h"
#include "tools/check/clean.h"
#include "tools/check/dump_input.h"
#include "tools/check/lines.h"
#include "tools/check/load.h"
#include "tools/check/log_input.h"
#include "tools/check/repeats.h"

#include <stdlib.h>
#include <string.h>

/* A log without what consoles, and sessions with the monitor, add to it. */
struct log_text {
	struct bytes text;
	bool prefixed;
	bool had_session;
};

/* Examines a boot. Returns NULL if it is of no use. */
static struct findings *look_at_boot(const char *path, const struct log_text *log,
                                     const struct boot *boot, struct refusal *refusal)
{
	struct findings *findings = findings_new(ORIGIN_LOG, path);

	if (!log_look(boot, log->had_session, findings, refusal)) {
		findings_free(findings);
		return NULL;
	}
	findings->log.problems |= log->prefixed ? 1U << LOG_PREFIXED : 0;
	findings_conclude(findings);
	return findings;
}

/* Counts the boots. The messages of Linux, which have times, too, have none. */
static uint32_t count_boots(struct bytes text)
{
	struct bytes rest = text, part;
	struct boot boot;
	uint32_t count = 0;
	bool is_log = lines_take_until(&rest, "] rootmode: ", &part) ||
	              lines_take_until(&rest, "] ktap: ", &part);

	for (; boots_take(&text, &boot); count++)
		is_log |= boot.block.at != NULL || boot.result.at != NULL;
	return is_log ? count : 0;
}

static void summarize(const struct findings *findings, struct boot_summary *summary)
{
	if (findings == NULL) {
		summary->verdict = "NONE";
		summary->status = STATUS_NO_VERDICT;
		summary->problems = 1U << LOG_NO_REPORT | 1U << LOG_NO_VERDICT;
		return;
	}
	memcpy(summary->result, findings->result, sizeof(summary->result));
	summary->verdict = answer_verdict_name(findings);
	summary->status = answer_status(findings);
	summary->problems = findings->log.problems;
}

/* Examines all boots, and returns the findings for the one with this index. */
static struct findings *look_at_boots(const char *path, const struct log_text *log, uint32_t chosen,
                                      uint32_t count, struct refusal *refusal)
{
	struct boot_summary *boots = allocate(count, sizeof(*boots));
	struct findings *kept = NULL;
	struct bytes rest = log->text;
	struct refusal other;
	struct boot boot;

	for (uint32_t i = 0; i < count && boots_take(&rest, &boot); i++) {
		struct findings *findings =
			look_at_boot(path, log, &boot, i == chosen ? refusal : &other);

		summarize(findings, &boots[i]);
		if (i == chosen)
			kept = findings;
		else
			findings_free(findings);
	}
	if (kept == NULL) {
		free(boots);
		return NULL;
	}
	kept->log.boot = chosen;
	kept->log.boots = boots;
	kept->log.boot_count = count;
	return kept;
}

/* Counts what leaves the verdicts of all boots in doubt. */
static uint32_t count_doubts(const struct findings *findings)
{
	uint32_t doubts = 0;

	for (uint32_t i = 0; i < findings->log.boot_count; i++)
		doubts += (uint32_t)__builtin_popcount(
			log_problem_doubts(findings->log.boots[i].problems));
	return doubts;
}

static struct findings *look_at_log(const char *path, const struct log_text *log, uint32_t boot,
                                    struct refusal *refusal)
{
	uint32_t count = count_boots(log->text);

	if (boot > count) {
		refuse(refusal, STATUS_USAGE, "there is no boot %u in this log, which has %u", boot,
		       count);
		return NULL;
	}
	return look_at_boots(path, log, boot != 0 ? boot - 1 : count - 1, count, refusal);
}

/* Returns the better of two findings about the same log, of which either may be NULL. */
static struct findings *better(struct findings *first, struct findings *second)
{
	bool keep =
		second == NULL || (first != NULL && count_doubts(second) >= count_doubts(first));

	findings_free(keep ? second : first);
	return keep ? first : second;
}

/* Examines a copy of a mended text, which belongs to the findings. */
static struct findings *look_at_mended(const char *path, const struct log_text *log,
                                       struct bytes mended, uint32_t boot)
{
	struct log_text copy = *log;
	struct findings *findings;
	struct refusal refusal;
	uint8_t *at = allocate(mended.size, 1);

	memcpy(at, mended.at, mended.size);
	copy.text = (struct bytes){at, mended.size};
	findings = look_at_log(path, &copy, boot, &refusal);
	if (findings == NULL) {
		free(at);
		return NULL;
	}
	findings->text = at;
	findings->log.repaired = true;
	return findings;
}

/*
 * Examines the log; and, if it is damaged, the log without parts that were sent twice, which counts
 * if that mends it.
 */
static struct findings *look_at_damaged(const char *path, const struct log_text *log, uint32_t boot,
                                        struct refusal *refusal)
{
	enum { PARTS_MAX = 8, SIZE_MAX_MENDED = 1 << 20 };
	struct findings *findings = look_at_log(path, log, boot, refusal);
	size_t size = log->text.size, shorter;
	uint8_t *work;

	if (size > SIZE_MAX_MENDED || (findings != NULL && count_doubts(findings) == 0))
		return findings;
	work = allocate(size, 1);
	memcpy(work, log->text.at, size);
	for (unsigned parts = 0; parts < PARTS_MAX; parts++) {
		shorter = repeats_delete(work, size);
		if (shorter == size || (findings != NULL && count_doubts(findings) == 0))
			break;
		size = shorter;
		findings = better(findings,
		                  look_at_mended(path, log, (struct bytes){work, size}, boot));
	}
	free(work);
	return findings;
}

struct findings *input_look(const char *path, uint32_t boot, struct refusal *refusal)
{
	struct findings *findings;
	struct log_text log = {0};
	uint8_t *at;
	size_t size;

	if (!load(path, &at, &size, refusal))
		return NULL;
	size = clean_log(at, size, &log.prefixed);
	log.text = (struct bytes){at, size};
	if (count_boots(log.text) > 0) {
		log.text.size = boots_without_sessions(at, size, &log.had_session);
		findings = look_at_damaged(path, &log, boot, refusal);
	} else {
		findings = findings_new(ORIGIN_DUMP, path);
		if (!dump_look(log.text, findings, refusal)) {
			findings_free(findings);
			findings = NULL;
		} else {
			findings_conclude(findings);
		}
	}
	if (findings != NULL && findings->text == NULL)
		findings->text = at;
	else
		free(at);
	return findings;
}
