/*
 * VM entries that the self-test tries: each is a valid VMCS to which a few changes were made. The
 * tables are in selftest_controls.c, selftest_host_state.c, selftest_guest_state.c,
 * selftest_segments.c, selftest_msr_loads.c and selftest_loops.c; selftest_enter.c tries them.
 *
 * Every value is chosen to be harmless to the host: if a CPU wrongly accepts the entry, the guest
 * runs, exits, and the kernel survives to report the check as failed. What cannot be harmless is
 * marked as risky.
 */
#ifndef ARCH_X86_64_VMX_SELFTEST_ENTRY_H
#define ARCH_X86_64_VMX_SELFTEST_ENTRY_H

#include "arch/x86_64/vmx/selftest/selftest_run.h"
#include "arch/x86_64/vmx/vmcs_fields.h"
#include "arch/x86_64/vmx/vmx_exits.h"
#include "kernel/lib/count.h"

/* How to change a field of the VMCS, and what the value is. */
enum entry_how {
	UNCHANGED = 0,
	BITS_CLEARED = 1,
	BITS_SET = 2,
	WRITTEN = 3,
	IN_HIGH_HALF = 4, /* flags: the value is for bits 63:32 */
	OF_OPERAND = 8,   /* it is an enum selftest_operand: the physical address */
	IN_SCRATCH = 16,  /* it is an offset in the scratch page */
	BELOW_TOP = 32,   /* it is that far below the end of physical addresses */
};

struct entry_change {
	uint16_t field;
	uint16_t how; /* enum entry_how */
	uint32_t value;
};

/* The valid VMCS: of a guest in 64-bit mode, with these changes. */
enum entry_base {
	BASE_LONG,      /* none */
	BASE_USABLE,    /* ES, SS, DS, FS and GS are usable */
	BASE_USER,      /* CPL 3 */
	BASE_PROTECTED, /* in protected mode with 32-bit paging */
	BASE_PAE,       /* in protected mode with PAE paging */
	BASE_V86,       /* in virtual-8086 mode */
	BASE_POSTED,    /* processes posted interrupts */
	BASE_COUNT,
};

enum { ENTRY_CHANGES = 4 };

struct entry_trial {
	struct selftest_check check;
	uint8_t base;          /* enum entry_base */
	uint8_t qualification; /* the exit qualification, if VM entry fails by a VM exit */
	bool risky;            /* if accepted, it may end the kernel: see selftest_host.h */
	struct entry_change change[ENTRY_CHANGES];
};

/* What a loop goes through: one VM entry for each item. */
enum entry_items {
	ITEMS_MUST_BE_1,  /* the bits that must be 1 in a control field; each is cleared */
	ITEMS_MUST_BE_0,  /* the bits that must be 0 in a control field, likewise set */
	ITEMS_FIXED_TO_0, /* bits of a control register that must be 0: value is the MSR */
	ITEMS_BITS,       /* the bits that are 1 in value; each is set */
	ITEMS_FIELDS,     /* fields from the first one on, by a mask; changed like a single one */
};

struct entry_loop {
	struct entry_trial trial;
	uint8_t items; /* enum entry_items */
	uint8_t how;   /* of ITEMS_FIELDS */
	uint16_t field;
	uint32_t mask; /* of ITEMS_FIELDS: bit n stands for field + 2n */
	uint64_t value;
};

extern const struct entry_trial selftest_controls[], selftest_host_state[], selftest_guest_state[],
	selftest_segments[], selftest_msr_loads[];
extern const unsigned selftest_controls_count, selftest_host_state_count,
	selftest_guest_state_count, selftest_segments_count, selftest_msr_loads_count;

/* The tables of VM entries that are no loops: selftest_tables.c lists them. */
extern const struct entry_table {
	const struct entry_trial *first;
	const unsigned *count;
} entry_tables[];
extern const unsigned entry_table_count;

extern const struct entry_loop selftest_loops[];
extern const unsigned selftest_loops_count;

/* The changes of each base, up to one that is UNCHANGED. */
extern const struct entry_change *const entry_bases[BASE_COUNT];

/* Returns the items of a loop on this CPU as a mask. */
uint64_t entry_items(const struct entry_loop *loop, const struct vmx_evidence *evidence);

/* Returns the changed value of a field. The value is that of the change, of 64 bits. */
uint64_t entry_changed(uint64_t before, unsigned how, uint64_t value);

#define EXITS(reason) {VMX_EXITED, reason, 0}
#define BAD_CONTROLS  {VMX_FAIL_VALID, VMX_ERROR_CONTROLS, 0}
#define BAD_HOST      {VMX_FAIL_VALID, VMX_ERROR_HOST_STATE, 0}
#define BAD_GUEST     {VMX_ENTRY_FAILED, EXIT_REASON_INVALID_GUEST, 0}
#define BAD_MSR       {VMX_ENTRY_FAILED, EXIT_REASON_MSR_LOADING, 0}
/* A row of a table of VM entries; the changes come last. */
#define ENTRY_ROW(name, needs, expected, base, qualification, risky, ...) \
	{                                                                 \
		{name, needs, expected}, base, qualification, risky,      \
		{                                                         \
			__VA_ARGS__                                       \
		}                                                         \
	}
#define QUALIFY_PDPTE \
	2 /* SDM vol. 3C 26.7 "VM-Entry Failures During or After Loading Guest State" */
#define QUALIFY_LINK 4

#define INJECT(type, vector) (INTERRUPTION_VALID | (type) << 8 | (vector))

#define CLEAR(field, bits)       {field, BITS_CLEARED, bits}
#define SET(field, bits)         {field, BITS_SET, bits}
#define SET_HIGH(field, bits)    {field, BITS_SET | IN_HIGH_HALF, bits}
#define WRITE(field, value)      {field, WRITTEN, value}
#define WRITE_HIGH(field, value) {field, WRITTEN | IN_HIGH_HALF, value}
#define OPERAND(field, operand)  {field, WRITTEN | OF_OPERAND, operand}
#define SCRATCH(field, offset)   {field, WRITTEN | IN_SCRATCH, offset}
#define TOP(field, distance)     {field, WRITTEN | BELOW_TOP, distance}

/* Where in the scratch page: an area for MSRs, and lists of MSRs to load. */
#define SCRATCH_MSRS  0x400
#define SCRATCH_LISTS 0x800
#define SCRATCH_LIST  0x40 /* the size of a list */

#endif
