/*
 * The proof that VMX works on a CPU: guests ran on it and exited exactly where they should. VMXON
 * alone proves little, because a host hypervisor can let it succeed and still run no guest. The
 * code under arch/ fills this; here it is compared and printed. Pure.
 */
#ifndef KERNEL_PROOF_H
#define KERNEL_PROOF_H

#include "kernel/record/reason.h"
#include "kernel/record/vmx_status.h"

#include <stdbool.h>

/* The guests: one in 64-bit mode, and one in real mode where the CPU has unrestricted guest. */
enum proof_guest { PROOF_LONG, PROOF_REAL, PROOF_GUESTS };

struct vmx_proof {
	bool tried;
	bool running;                /* a guest is running, or never exited */
	bool ept;                    /* the guests ran with EPT */
	bool timer;                  /* the VMX-preemption timer limited their time */
	bool real_mode;              /* the CPU has unrestricted guest, for PROOF_REAL */
	uint8_t exits[PROOF_GUESTS]; /* that were as expected, by guest */
	uint32_t cycles;             /* how many times all guests succeeded */

	/* What went wrong, if reason is not REASON_NONE. */
	enum reason reason;
	enum proof_guest guest;   /* in which guest */
	const char *what;         /* the instruction, control or value that is wrong */
	struct vmx_status status; /* of the instruction, if one failed */
	uint64_t expected;
	uint64_t seen;
	uint64_t rip; /* the guest's */
	uint64_t qualification;
	uint32_t interruption; /* VM-exit interruption information, for an exception */
	const char *check;     /* the SDM's rule that the VMCS violates; NULL: none known */
};

/* What the item of a selftest_seen is. Of a check that was not tried, why it was not. */
enum selftest_item {
	ITEM_NONE,          /* the status says all */
	ITEM_BIT,           /* a bit of the field or MSR that the check names */
	ITEM_FIELD,         /* a VMCS field, by its encoding */
	ITEM_QUALIFICATION, /* the exit qualification, which is wrong */
	ITEM_VALUE,         /* a VMCS field: its value is wrong */
	ITEM_REGISTER,      /* a general register of the guest, likewise */
	ITEM_MEMORY,        /* a quadword of the guest's memory, likewise */
	ITEM_NO_BIT,        /* not tried: there is no such bit or field */
	ITEM_NOT_FIRST,     /* not tried: the first CPU did not come back from such checks */
	ITEM_NOT_KEPT,      /* not tried: VMWRITE did not keep the value */
	ITEM_NO_OTHER_CPU,  /* not tried: it needs a VMCS that another CPU has cleared */
	ITEM_NOT_REACHED,   /* not tried: it needs the state after the check before it */
};

/*
 * What a check of the self-test saw. A check that tries many items, such as each bit of a field,
 * has the first that failed, and how it ended.
 */
struct selftest_seen {
	struct vmx_status status;
	uint16_t item;
	uint8_t kind;   /* enum selftest_item */
	uint8_t others; /* the number of other items that failed, at most 255 */
	uint64_t value; /* of an item whose value is wrong, and what it should be */
	uint64_t wanted;
};

_Static_assert(sizeof(struct selftest_seen) == 24, "no padding, so memcmp() can compare it");

/* The self-test: what each check saw, in the order of the checks. */
struct vmx_selftest {
	bool run;
	uint16_t passed; /* numbers of checks, by result */
	uint16_t failed;
	uint16_t skipped;
	struct selftest_seen *seen; /* NULL until the CPU runs it */
};

/* Records what went wrong. Returns false, for the caller to return. */
bool proof_fail(struct vmx_proof *proof, enum reason reason, const char *what,
                struct vmx_status status);

/* Print what a guest did, and what went wrong. Neither prints a line end. */
void proof_print(const struct vmx_proof *proof, enum proof_guest guest, struct text *to);
void proof_print_failure(const struct vmx_proof *proof, struct text *to);

/* Continues the order of two CPUs by what is printed of their proofs: kernel/lib/order.h. */
void proof_order(int *order, const struct vmx_proof *a, const struct vmx_proof *b);

#endif
