#include "tools/check/problems.h"

static const struct {
	const char *code;
	const char *sentence;
} log_problems[LOG_PROBLEM_COUNT] = {
	[LOG_NO_REPORT] = {"no-report", "there is no REPORT block: the machine stopped before it, "
                                        "or the log was truncated"},
	[LOG_REPORT_CUT] = {"report-cut", "the REPORT block does not have the number of lines that "
                                          "its head says"},
	[LOG_NO_CRC] = {"no-crc", "truncated within the REPORT block"},
	[LOG_BAD_CRC] = {"bad-crc", "the REPORT block is damaged: its CRC is not that of END"},
	[LOG_BAD_REPORT_LINE] = {"bad-report-line", "the REPORT block has a malformed line"},
	[LOG_REPORT_TWICE] = {"report-twice", "there are several REPORT blocks in one boot"},
	[LOG_NO_VERDICT] = {"no-verdict", "truncated before the verdict"},
	[LOG_NO_COUNT] = {"no-count", "there is no line with the number of CPUs in VMX root "
                                      "operation"},
	[LOG_COUNT_MISPLACED] = {"count-misplaced", "the line with the number of CPUs in VMX root "
                                                    "operation is not the last one before REPORT"},
	[LOG_COUNT_DIFFERS] = {"count-differs", "the number of CPUs in VMX root operation is not "
                                                "that of the REPORT block"},
	[LOG_CPUS_DIFFER] = {"cpus-differ", "the lines of the REPORT block do not describe the "
                                            "CPUs that its machine line counts"},
	[LOG_FACTS_DIFFER] = {"facts-differ", "the lines for people do not have the facts of the "
                                              "REPORT block"},
	[LOG_TIME_BACKWARDS] = {"time-backwards", "the times of the lines go backwards: lines are "
                                                  "lost or out of order"},
	[LOG_RESULT_DIFFERS] = {"result-differs", "the verdict is not that of the REPORT block"},
	[LOG_TEXT_DIFFERS] = {"text-differs", "the lines above REPORT do not match its text_crc: "
                                              "the log is damaged or edited"},
	[LOG_STRAY_TEXT] = {"stray-text", "there is text of another program between the lines"},
	[LOG_TEXT_AFTER_RESULT] = {"text-after-result", "there is text after the verdict"},
	[LOG_PREFIXED] = {"prefixed", "there is text of another program in front of lines"},
	[LOG_TEXT_CUT] = {"text-cut", "the log begins after the first line of the boot, so the "
                                      "lines for people cannot be checked"},
};

const char *log_problem_code(enum log_problem problem)
{
	return log_problems[problem].code;
}

const char *log_problem_sentence(enum log_problem problem)
{
	return log_problems[problem].sentence;
}

log_problem_set log_problem_doubts(log_problem_set problems)
{
	return problems & ((1U << LOG_STRAY_TEXT) - 1);
}
