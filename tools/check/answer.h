/* Turns the findings into a verdict, sentences and an exit status. */
#ifndef CHECK_ANSWER_H
#define CHECK_ANSWER_H

#include "tools/check/findings.h"

/* Decides the verdict. If a log's own verdict is worse, that counts: the log knows more. */
struct run_verdict answer_verdict(const struct findings *findings);

/* Returns whether the input is a log that says PASS or OBSERVED, but is damaged or incomplete. */
bool answer_is_doubtful(const struct findings *findings);

/* Returns the verdict's name, or "NONE" for such a log. */
const char *answer_verdict_name(const struct findings *findings);

/* Prints the line "RESULT: " for it, unless the log is doubtful. */
void answer_print_result(const struct findings *findings, struct text *to);

/* Returns the exit status, the same as that of tools/run for this verdict. */
int answer_status(const struct findings *findings);

/*
 * Prints the two lines that a person looks for first: the CPUs' vendor, and whether they have VMX.
 */
void answer_print_first(const struct findings *findings, struct text *to);

/* Prints the lines for each CPU and the differences. For a log, prints its own lines if any. */
void answer_print_narrative(const struct findings *findings, struct text *to);

/* Prints the answer in one sentence, without a line end. */
void answer_print(const struct findings *findings, struct text *to);

#endif
