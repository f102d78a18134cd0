/*
 * The self-test's parts: the matrix of instructions, the matrix of VM entries, and what runs them
 * on the CPU that executes this.
 */
#ifndef ARCH_X86_64_VMX_SELFTEST_RUN_H
#define ARCH_X86_64_VMX_SELFTEST_RUN_H

#include "arch/x86_64/vmx/guest/guest.h"
#include "kernel/record/selftest.h"

/* Where a CPU is when an instruction is tried; in this order. */
enum selftest_phase {
	PHASE_UNLOCKED,   /* outside VMX operation, before IA32_FEATURE_CONTROL was written */
	PHASE_VMXE_CLEAR, /* outside VMX operation, CR4.VMXE clear */
	PHASE_OUTSIDE,    /* outside VMX operation */
	PHASE_NO_VMCS,    /* in VMX root operation, no VMCS is current */
	PHASE_CLEAR,      /* the current VMCS is clear */
	PHASE_LAUNCHED,   /* the current VMCS is launched */
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
};

/* What the address of an instruction's operand is, or else its number. */
enum selftest_operand {
	NO_OPERAND,
	VMXON_REGION,
	OWN_VMCS,
	MISALIGNED,
	TOO_WIDE,       /* beyond the CPU's physical addresses */
	WRONG_REVISION, /* a region that begins with another revision identifier */
	SHADOW_BIT,     /* a region with bit 31 of its first word set */
	WIDE_NUMBER,    /* the number with bit 32 set */
};

struct instruction_trial {
	struct selftest_check check;
	uint8_t phase;              /* enum selftest_phase */
	uint8_t instruction;        /* enum selftest_instruction */
	uint8_t operand;            /* enum selftest_operand */
	uint32_t number;            /* field, or type of invalidation */
	const uint64_t *descriptor; /* two words; NULL: zeros */
};

/* What becomes of a field. */
enum selftest_change {
	UNCHANGED = 0,
	BITS_CLEARED = 1,
	BITS_SET = 2,
	WRITTEN = 3,
	IN_HIGH_HALF = 4, /* or-ed in: the value is for bits 63:32 */
	IF_RESERVED = 8,  /* or-ed in: not on a CPU that allows these controls */
};

/* A VM entry with a VMCS that is good but for one or two changes. */
struct entry_trial {
	struct selftest_check check;
	struct entry_change {
		uint16_t field;
		uint16_t how; /* enum selftest_change */
		uint32_t value;
	} change[2];
};

/* In a check's needs: a VMCALL that a hypervisor would take for a request to it is not tried. */
#define SELFTEST_BARE "no hypervisor underneath"

extern const struct instruction_trial selftest_instructions[];
extern const unsigned selftest_instruction_count;
extern const struct entry_trial selftest_entries[];
extern const unsigned selftest_entry_count;

/* Whether the CPU has what the check needs. */
bool selftest_is_needed(const struct selftest_check *check, const struct vmx_evidence *evidence);

/* Whether the change sets controls that were reserved, and that this CPU, a later one, may have. */
bool selftest_is_allowed(const struct entry_change *change, const struct vmx_evidence *evidence);

#endif
