/*
 * rootmode-check: says what rootmode would do on this computer before anybody boots it, and
 * explains a log after somebody has. It is built from the kernel's own pure sources, so that it
 * cannot decide otherwise than the kernel.
 */
#include "tools/check/answer.h"
#include "tools/check/arguments.h"
#include "tools/check/fail.h"
#include "tools/check/input.h"
#include "tools/check/live.h"
#include "tools/check/print.h"
#include "tools/check/requires.h"
#include "tools/check/unseen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_error(struct text *to, char character)
{
	(void)to;
	fputc(character, stderr);
}

/* The dump is on the standard output already, so what it lacks goes to the standard error. */
static int end_record(const struct findings *findings)
{
	struct text errors = {put_error};
	reason_set reasons = answer_verdict(findings).reasons;

	unseen_print(findings, &errors);
	return reasons >> REASON_NOT_SEEN & 1 ? STATUS_NO_VERDICT : 0;
}

static void print_findings(const struct findings *findings, const struct arguments *arguments)
{
	const struct json_choice choice = {.caps = arguments->caps, .lines = arguments->lines};

	if (arguments->quiet || arguments->record)
		return;
	if (arguments->json)
		print_json(findings, &choice);
	else if (arguments->caps)
		print_caps_answer(findings);
	else
		print_text(findings);
}

static void flush_output(void)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		fail(STATUS_NO_VERDICT, "cannot write to the standard output: %s", strerror(errno));
}

static struct findings *examine_chosen(const struct arguments *arguments)
{
	struct refusal refusal;
	struct findings *findings;

	if (arguments->from == NULL) {
		findings = live_look(arguments->record ? stdout : NULL);
		findings_conclude(findings);
		return findings;
	}
	findings = input_look(arguments->from, arguments->boot, &refusal);
	if (findings == NULL)
		fail(refusal.status, "%s: %s", arguments->from, refusal.text);
	return findings;
}

/* Prints one line for a file, whatever is in it. */
static void examine(const char *path, const struct arguments *arguments)
{
	const struct json_choice choice = {
		.caps = arguments->caps,
		.lines = arguments->lines,
		.one_line = true,
		.required = arguments->required,
	};
	struct refusal refusal;
	struct findings *findings = input_look(path, arguments->boot, &refusal);

	if (findings != NULL)
		print_json(findings, &choice);
	else
		print_json_refusal(path, &refusal);
	findings_free(findings);
	flush_output();
}

/* Examines the files that are named in the arguments or on the standard input. */
static int examine_many(const struct arguments *arguments)
{
	char *name = NULL;
	size_t room = 0;
	ssize_t size;

	for (char **file = arguments->files; *file != NULL; file++)
		examine(*file, arguments);
	if (arguments->files[0] != NULL)
		return 0;
	while ((size = getline(&name, &room, stdin)) > 0) {
		if (name[size - 1] == '\n')
			name[size - 1] = '\0';
		examine(name, arguments);
	}
	free(name);
	return 0;
}

int main(int count, char **words)
{
	struct arguments arguments = arguments_read(count, words);
	struct findings *findings;
	int status;

	if (arguments.jsonl)
		return examine_many(&arguments);
	findings = examine_chosen(&arguments);
	findings->machine.verbose = arguments.verbose;
	print_findings(findings, &arguments);
	status = arguments.record ? end_record(findings) : answer_status(findings);
	if (arguments.required != NULL) {
		int met = requires_status(arguments.required, findings, arguments.quiet);

		status = status != 0 ? status : met;
	}
	findings_free(findings);
	flush_output();
	return status;
}
