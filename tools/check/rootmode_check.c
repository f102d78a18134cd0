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
	if (arguments->quiet || arguments->record)
		return;
	if (arguments->json)
		print_json(findings, arguments->caps);
	else if (arguments->caps)
		print_caps_answer(findings);
	else
		print_text(findings);
}

int main(int count, char **words)
{
	struct arguments arguments = arguments_read(count, words);
	struct findings *findings = arguments.from != NULL
	                                    ? input_look(arguments.from)
	                                    : live_look(arguments.record ? stdout : NULL);
	int status;

	findings->machine.verbose = arguments.verbose;
	findings_conclude(findings);
	print_findings(findings, &arguments);
	status = arguments.record ? end_record(findings) : answer_status(findings);
	if (arguments.required != NULL) {
		int met = requires_status(arguments.required, findings, arguments.quiet);

		status = status != 0 ? status : met;
	}
	findings_free(findings);
	if (fflush(stdout) != 0 || ferror(stdout))
		fail(STATUS_NO_VERDICT, "cannot write to the standard output: %s", strerror(errno));
	return status;
}
