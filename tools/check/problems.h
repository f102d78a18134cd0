/* What is wrong with a log, by the codes that --json prints: see docs/tools.md. Pure. */
#ifndef CHECK_PROBLEMS_H
#define CHECK_PROBLEMS_H

#include <stdbool.h>
#include <stdint.h>

enum log_problem {
	/* These leave the verdict in doubt, so that a log that has one is no PASS. */
	LOG_NO_REPORT,
	LOG_REPORT_CUT,
	LOG_NO_CRC,
	LOG_BAD_CRC,
	LOG_BAD_REPORT_LINE,
	LOG_REPORT_TWICE,
	LOG_NO_VERDICT,
	LOG_NO_COUNT,
	LOG_COUNT_MISPLACED,
	LOG_COUNT_DIFFERS,
	LOG_CPUS_DIFFER,
	LOG_FACTS_DIFFER,
	LOG_TIME_BACKWARDS,
	LOG_RESULT_DIFFERS,
	LOG_TEXT_DIFFERS,
	/* These do not: a console adds text of other programs, or has only the end of a log. */
	LOG_STRAY_TEXT,
	LOG_TEXT_AFTER_RESULT,
	LOG_PREFIXED,
	LOG_TEXT_CUT,
	LOG_PROBLEM_COUNT,
};

/* A set of problems: bit n is problem n. */
typedef uint32_t log_problem_set;

/* Returns the code, such as "bad-crc", or a sentence about it. */
const char *log_problem_code(enum log_problem problem);
const char *log_problem_sentence(enum log_problem problem);

/* Returns the problems of the set that leave the verdict in doubt. */
log_problem_set log_problem_doubts(log_problem_set problems);

#endif
