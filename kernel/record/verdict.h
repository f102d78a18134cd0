/* Decides how a run ended: the verdicts of docs/serial-log.md. Nothing else decides one. Pure. */
#ifndef KERNEL_VERDICT_H
#define KERNEL_VERDICT_H

#include "kernel/record/machine.h"
#include "kernel/record/reason.h"

#include <stdint.h>

/* From best to worst: if CPUs differ, the worst verdict is that of the run. */
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
	enum verdict would_be; /* the verdict without observe; else the same */
	reason_set reasons;    /* why would_be is not PASS */
};

/* Decides how the run ended, from the records alone. */
struct run_verdict verdict_decide(const struct machine *machine);

/* Decides it from the reasons of the machine and all its CPUs. */
struct run_verdict verdict_of_reasons(reason_set reasons, bool observe);

/* Returns the verdict for a single reason. */
enum verdict verdict_of_reason(enum reason reason);

/* Returns the word that follows "RESULT: ". */
const char *verdict_name(enum verdict verdict);

/* Returns the value for the debug-exit port of an emulator. */
uint8_t verdict_exit_code(enum verdict verdict);

#endif
