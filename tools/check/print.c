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

void print_text(const struct findings *findings)
{
	const struct machine *machine = &findings->machine;

	answer_print_first(findings, &output);
	text_print(&output, "\n");
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
	report_print_count(machine, &output);
	report_print(machine, &output);
	answer_print_result(findings, &output);
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
