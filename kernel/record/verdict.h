/* How a run ended: the verdicts of docs/serial-log.md, and the one place that decides them. Pure.
 */
#ifndef KERNEL_VERDICT_H
#define KERNEL_VERDICT_H

#include "kernel/record/machine.h"
#include "kernel/record/reason.h"

#include <stdint.h>

/* In order of weight: of several CPUs' verdicts, the last one here is the run's. */
enum verdict {
	VERDICT_PASS,
	VERDICT_OBSERVED,
	VERDICT_UNSUPPORTED,
	VERDICT_BLOCKED,
	VERDICT_FAIL,
	VERDICT_ERROR,
};

/* A set of reasons: bit n is reason n. */
typedef uint32_t reason_set;

_Static_assert(REASON_COUNT <= 32, "a set of reasons has 32 bits");

struct run_verdict {
	enum verdict verdict;  /* the exit code, and the word that follows "RESULT: " */
	enum verdict would_be; /* of VERDICT_OBSERVED: the verdict without observe; else the same */
	reason_set reasons;    /* why would_be is not PASS */
};

/* Decides how the run ended, from the records alone. */
struct run_verdict verdict_decide(const struct machine *machine);

/* The same from the reasons of the machine and of all its CPUs. */
struct run_verdict verdict_of_reasons(reason_set reasons, bool observe);

/* The verdict that a reason leads to. */
enum verdict verdict_of_reason(enum reason reason);

/* The word that follows "RESULT: ". */
const char *verdict_name(enum verdict verdict);

/* The value for an emulator's debug exit. */
uint8_t verdict_exit_code(enum verdict verdict);

#endif
