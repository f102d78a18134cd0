/* What the findings come to, in sentences and as an exit status. */
#ifndef CHECK_ANSWER_H
#define CHECK_ANSWER_H

#include "tools/check/findings.h"

/* The verdict; would_be is a log's own one if that is worse, because the log knows more. */
struct run_verdict answer_verdict(const struct findings *findings);

/* The line "RESULT: " for it. */
void answer_print_result(const struct findings *findings, struct text *to);

/* The program's exit status, which is that of tools/run for the same verdict. */
int answer_status(const struct findings *findings);

/* The two lines that a person looks for first: who made the CPUs, and whether they have VMX. */
void answer_print_first(const struct findings *findings, struct text *to);

/* The lines on each CPU and on their differences; of a log, its own ones if it has any. */
void answer_print_narrative(const struct findings *findings, struct text *to);

/* The sentence at the end, without its end. */
void answer_print(const struct findings *findings, struct text *to);

#endif
