/*
 * The proof that VMX works on a CPU: guests that ran on it, exited where they must, and came back.
 * Plain facts, filled under arch/; what is here is pure.
 */
#ifndef KERNEL_PROOF_H
#define KERNEL_PROOF_H

#include "kernel/record/reason.h"
#include "kernel/record/vmx_status.h"

#include <stdbool.h>

/* The guests. */
enum proof_guest { PROOF_LONG, PROOF_REAL, PROOF_GUESTS };

struct vmx_proof {
	bool tried;
	bool running;                /* a guest is, or has not come back */
	bool ept;                    /* the guests ran with EPT */
	bool timer;                  /* the VMX-preemption timer bounded them */
	bool real_mode;              /* the CPU has unrestricted guest, so there is a second one */
	uint8_t exits[PROOF_GUESTS]; /* as expected, by guest */
	uint32_t cycles;             /* how often all of it went well */

	/* What went wrong, if reason says that anything did. */
	enum reason reason;
	enum proof_guest guest;   /* in which guest */
	const char *what;         /* the instruction, control, or thing that is not as it must be */
	struct vmx_status status; /* of the instruction, if reason is about one */
	uint64_t expected;
	uint64_t seen;
	uint64_t rip; /* the guest's */
	uint64_t qualification;
	uint32_t interruption; /* VM-exit interruption information, for an exception */
	const char
		*check; /* the rule that the guest's state or controls break, as far as is known */
};

/* The self-test: what the CPU answered to each check, in the order of the checks. */
enum { SELFTEST_MAX = 160 };

struct vmx_selftest {
	bool run;
	uint8_t passed; /* the checks' number, by result */
	uint8_t failed;
	uint8_t skipped;
	struct vmx_status seen[SELFTEST_MAX];
};

/* Notes what went wrong, and is false. */
bool proof_fail(struct vmx_proof *proof, enum reason reason, const char *what,
                struct vmx_status status);

/* What became of a guest, and what went wrong with one: a sentence without its end. */
void proof_print(const struct vmx_proof *proof, enum proof_guest guest, struct text *to);
void proof_print_failure(const struct vmx_proof *proof, struct text *to);

/* Whether two CPUs have the same proof. */
bool proof_same(const struct vmx_proof *a, const struct vmx_proof *b);

#endif
