/*
 * arch/x86_64/vmx/selftest/ checks that the CPU's VMX follows the SDM: selftest_instructions.c and
 * those that selftest_entry.h lists are tables of checks, selftest_tables.c lists all tables,
 * selftest_choice.c decides which checks apply to a CPU, and selftest_run.c and selftest_enter.c
 * run them on the calling CPU. selftest_operands.c has the memory that they need. selftest_host.c
 * keeps a wrongly accepted host state from ending the
 * kernel.
 */
#ifndef ARCH_X86_64_VMX_SELFTEST_RUN_H
#define ARCH_X86_64_VMX_SELFTEST_RUN_H

#include "arch/x86_64/vmx/guest/guest.h"
#include "kernel/record/selftest.h"

/* The state of the CPU in which an instruction is tried. The phases run in this order. */
enum selftest_phase {
	PHASE_UNLOCKED,   /* outside VMX operation, IA32_FEATURE_CONTROL not locked yet */
	PHASE_VMXE_CLEAR, /* outside VMX operation, CR4.VMXE clear */
	PHASE_OUTSIDE,    /* outside VMX operation */
	PHASE_NO_VMCS,    /* in VMX root operation, no VMCS is current */
	PHASE_CLEAR,      /* the current VMCS is clear */
	PHASE_LAUNCHED,   /* the current VMCS is launched */
	PHASE_TWO,        /* the same, and the CPU has a second VMCS */
	PHASE_HANDED,     /* another CPU has cleared a VMCS for this one */
};

enum selftest_instruction {
	TRY_VMXON,
	TRY_VMXOFF,
	TRY_VMCLEAR,
	TRY_VMPTRLD,
	TRY_VMPTRST,
	TRY_VMREAD,
	TRY_VMWRITE,
	TRY_VMLAUNCH,
	TRY_VMRESUME,
	TRY_VMCALL,
	TRY_INVEPT,
	TRY_INVVPID,
	TRY_VMXON_WITHOUT_NE, /* VMXON with CR0.NE clear */
	TRY_CLEAR_NE,         /* MOV to CR0 that clears NE */
	TRY_CLEAR_VMXE,       /* MOV to CR4 that clears VMXE */
	TRY_FEATURE_CONTROL,  /* WRMSR to IA32_FEATURE_CONTROL, each bit changed */
	TRY_VMLAUNCH_MOV_SS,  /* right after MOV to SS */
	TRY_VMRESUME_MOV_SS,
	TRY_VMWRITE_ADDRESS, /* VMWRITE of the operand */
	TRY_VMREAD_ADDRESS,  /* VMREAD, which must give the operand */
	TRY_GUEST,           /* VM entry of a guest */
};

/* What to use as the physical address, or as the number, of an instruction's operand. */
enum selftest_operand {
	NO_OPERAND,
	VMXON_REGION,
	OWN_VMCS,
	SECOND_VMCS, /* of this CPU, too */
	HANDED_VMCS, /* see selftest_handover.h */
	MISALIGNED,
	TOO_WIDE,       /* beyond the physical-address width */
	WRONG_REVISION, /* a region with another revision identifier */
	SHADOW_BIT,     /* a region with bit 31 of its first word set */
	WIDE_NUMBER,    /* the number with bit 32 set */
	SCRATCH_PAGE,   /* a page that all CPUs share, for whatever address is needed */
};

struct instruction_trial {
	struct selftest_check check;
	uint8_t phase;              /* enum selftest_phase */
	uint8_t instruction;        /* enum selftest_instruction */
	uint8_t operand;            /* enum selftest_operand */
	uint32_t number;            /* field, or type of invalidation */
	const uint64_t *descriptor; /* of INVEPT or INVVPID; NULL: zeros */
};

/*
 * The tables of checks, one after the other. An element of a table begins with its struct
 * selftest_check.
 */
struct selftest_table {
	const void *first;
	size_t size; /* of an element */
	const unsigned *count;
};

extern const struct selftest_table selftest_tables[];
extern const unsigned selftest_table_count;

/* Returns check number n of all tables, or NULL after the last. */
const struct selftest_check *selftest_check(unsigned n);

/* Returns the number of checks in all tables. */
unsigned selftest_count(void);

/* Returns where to record what a check saw. The check must be in one of the tables. */
struct selftest_seen *selftest_seen(const struct selftest_check *check, struct cpu *cpu);

/* Records how a check without items ended. */
void selftest_record(const struct selftest_check *check, struct vmx_status status, struct cpu *cpu);

extern const struct instruction_trial selftest_instructions[];
extern const unsigned selftest_instructions_count;

/*
 * Adds to what a check saw how one of its items ended. Initialize *seen with the kind ITEM_NO_BIT:
 * that remains if there is no item. Otherwise *seen has the first item that failed, if any did.
 */
void selftest_add_item(struct selftest_seen *seen, struct vmx_status status,
                       struct vmx_status expected, enum selftest_item kind, uint16_t item);

/* Allocates what operands stand for. Returns false if there is not enough memory. */
bool selftest_prepare_operands(uint32_t cpus);

/* Makes the region of the CPU's second VMCS one for VMCLEAR. It must not be active. */
void selftest_write_second(const struct cpu *cpu);

/* Returns the physical address that an operand stands for. */
uint64_t selftest_address(enum selftest_operand operand, const struct cpu *cpu);

/* Makes a clear VMCS that breaks no rule, and its guest. */
void selftest_write_good(struct guest *guest, struct cpu *cpu);

/* Tries VMREAD and VMWRITE of every field. Leaves the current VMCS with values that make no sense.
 */
void selftest_try_fields(struct cpu *cpu);

/* Tries all VM entries; those with an invalid host state last: see selftest_host.h. */
void selftest_try_entries(struct cpu *cpu);

/* Returns true if the CPU has the capability that the check needs. */
bool selftest_is_needed(const struct selftest_check *check, const struct vmx_evidence *evidence);

#endif
