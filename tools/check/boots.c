#include "tools/check/boots.h"

#include "kernel/lib/count.h"
#include "tools/check/lines.h"
#include "tools/check/log_line.h"

#include <string.h>

enum line_kind { LINE_OTHER, LINE_PEOPLE, LINE_FIRST, LINE_REPORT, LINE_RESULT };

static enum line_kind line_kind_of(struct bytes text, struct bytes *rest)
{
	struct log_line line;

	if (log_line_split(text, &line))
		return log_line_is_first(&line) ? LINE_FIRST : LINE_PEOPLE;
	text = lines_trim(text);
	if (bytes_skip(text, "REPORT ", rest))
		return LINE_REPORT;
	return bytes_skip(text, "RESULT: ", rest) ? LINE_RESULT : LINE_OTHER;
}

static struct bytes between(const uint8_t *from, const uint8_t *to)
{
	return (struct bytes){from, (size_t)(to - from)};
}

/* Returns whether the scope of a line is none that Linux has, too. */
static bool is_ours(struct bytes text)
{
	static const char *const scopes[] = {"rootmode", "boot", "acpi", "vmx", "ktap", "result"};
	struct log_line line;
	struct bytes list;

	if (!log_line_split(text, &line))
		return false;
	for (size_t i = 0; i < COUNT_OF(scopes); i++) {
		if (bytes_equal(line.scope, scopes[i]))
			return true;
	}
	return log_line_cpus(&line, &list);
}

/*
 * Skips what comes before the first line of the kernel, or, if that line is missing, before any of
 * its lines: Linux has time stamps, too, and may have started the kernel. Returns false if there is
 * none.
 */
static bool skip_to_kernel(struct bytes *text, bool *lines_before)
{
	struct bytes rest = *text, line, word, people = {0};
	bool ours = false; /* the line before */

	for (struct bytes from = rest; lines_take(&rest, &line); from = rest) {
		enum line_kind kind = line_kind_of(line, &word);

		if (kind == LINE_PEOPLE && people.at == NULL)
			people = from;
		if (kind != LINE_FIRST && kind != LINE_REPORT && kind != LINE_RESULT) {
			ours = kind == LINE_PEOPLE && is_ours(line);
			continue;
		}
		*lines_before = kind == LINE_FIRST && ours;
		*text = kind == LINE_FIRST || people.at == NULL ? from : people;
		return true;
	}
	*text = people;
	return people.at != NULL;
}

/* Returns whether a line of this kind begins another boot. */
static bool begins_boot(enum line_kind kind, const struct boot *boot)
{
	return kind == LINE_FIRST ||
	       (boot->result.at != NULL && (kind == LINE_REPORT || kind == LINE_RESULT));
}

/*
 * Finds the parts in the text of a boot, up to where the next one begins, and returns that place.
 * Lines for people between a verdict and another block are the other's, whose first line is lost.
 */
static const uint8_t *find_parts(struct bytes text, struct boot *boot, const uint8_t **people_end)
{
	struct bytes rest = text, line, word;
	bool lines_after = false;

	while (lines_take(&rest, &line)) {
		enum line_kind kind = line_kind_of(line, &word);

		if (line.at != text.at && begins_boot(kind, boot))
			return lines_after && kind != LINE_FIRST ? boot->after.at : line.at;
		lines_after |= kind == LINE_PEOPLE && boot->result.at != NULL;
		boot->has_first |= kind == LINE_FIRST;
		if (kind == LINE_REPORT || (kind == LINE_RESULT && *people_end == NULL))
			*people_end = line.at;
		if (kind == LINE_REPORT) {
			boot->block = bytes_from(text, (size_t)(line.at - text.at));
			boot->blocks++;
		} else if (kind == LINE_RESULT) {
			boot->result = word;
			boot->after = rest;
			if (boot->block.at != NULL)
				boot->block = between(boot->block.at, line.at);
		}
	}
	return text.at + text.size;
}

bool boots_take(struct bytes *text, struct boot *boot)
{
	const uint8_t *from = text->at, *end, *people_end = NULL;

	*boot = (struct boot){0};
	if (!skip_to_kernel(text, &boot->lines_before))
		return false;
	boot->before = between(from, text->at);
	end = find_parts(*text, boot, &people_end);
	boot->people = between(text->at, people_end != NULL ? people_end : end);
	if (boot->after.at != NULL)
		boot->after = between(boot->after.at, end);
	if (boot->result.at == NULL && boot->block.at != NULL)
		boot->block = between(boot->block.at, end);
	*text = bytes_from(*text, (size_t)(end - text->at));
	return true;
}

static bool says(struct bytes text, const char *sentence)
{
	struct log_line line;
	struct bytes rest;

	return log_line_split(text, &line) && bytes_equal(line.scope, "rootmode") &&
	       bytes_skip(line.sentence, sentence, &rest);
}

/*
 * Returns the size of the session at the start of text, up to its last line. One that a failure
 * ended has none, and is kept: what follows is the failure.
 */
static size_t session_size(struct bytes text)
{
	struct bytes rest = text, line;
	struct log_line first;
	size_t size = 0;

	while (lines_take(&rest, &line)) {
		if (log_line_split(line, &first) && log_line_is_first(&first))
			break;
		if (says(line, "monitor ended"))
			size = (size_t)(line.at - text.at);
	}
	return size;
}

size_t boots_without_sessions(uint8_t *at, size_t size, bool *any)
{
	struct bytes text = {at, size}, line;
	size_t kept = 0;

	*any = false;
	while (lines_take(&text, &line)) {
		size_t whole = line.size + (line.at + line.size < at + size);

		memmove(at + kept, line.at, whole);
		kept += whole;
		if (!says((struct bytes){at + kept - whole, line.size}, "monitor started"))
			continue;
		*any = true;
		text = bytes_from(text, session_size(text));
	}
	return kept;
}
