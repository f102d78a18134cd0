#include "tools/check/print.h"

#include "kernel/record/caps.h"
#include "kernel/report/caps_print.h"
#include "tools/check/answer.h"
#include "tools/check/host.h"
#include "tools/check/unseen.h"

#include <stdio.h>

static void put_output(struct text *to, char character)
{
	(void)to;
	putchar(character);
}

static struct text output = {put_output};

/* Prints how each boot ended, if the log has several. */
static void print_boots(const struct log_facts *log)
{
	for (uint32_t i = 0; log->boot_count > 1 && i < log->boot_count; i++) {
		const char *result = log->boots[i].result;

		text_print(&output, "log: boot %u of %u: %s%s%s\n", i + 1, log->boot_count,
		           result[0] != '\0' ? result : "no verdict",
		           result[0] != '\0' && log->boots[i].status == STATUS_NO_VERDICT
		                   ? ", but in doubt"
		                   : "",
		           i == log->boot ? " (this one)" : "");
	}
}

/* Prints the lines for programs. A log without a REPORT block has none. */
static void print_report(const struct findings *findings)
{
	if (findings->origin == ORIGIN_LOG && !findings->log.has_block)
		return;
	report_print_count(&findings->machine, &output);
	report_print(&findings->machine, &output);
	answer_print_result(findings, &output);
}

void print_text(const struct findings *findings)
{
	answer_print_first(findings, &output);
	text_print(&output, "\n");
	print_boots(&findings->log);
	for (const char *at = findings->odd_lines; *at != '\0'; at++)
		put_output(&output, *at);
	answer_print_narrative(findings, &output);
	unseen_print(findings, &output);
	if (findings->origin == ORIGIN_LIVE)
		host_print(&findings->host, &output);
	if (findings->result[0] != '\0')
		text_print(&output, "log: its verdict is %s\n", findings->result);
	text_print(&output, "answer: ");
	answer_print(findings, &output);
	text_print(&output, "\n");
	print_report(findings);
}

void print_caps_answer(const struct findings *findings)
{
	caps_print(&findings->machine.cpus, &output);
	if (answer_verdict(findings).would_be == VERDICT_PASS)
		return;
	unseen_print(findings, &output);
	text_print(&output, "answer: ");
	answer_print(findings, &output);
	text_print(&output, "\n");
}
