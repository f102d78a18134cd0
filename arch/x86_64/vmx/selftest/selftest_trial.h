/*
 * Guest trials: the self-test runs a small guest to the VM exit that the SDM demands of it.
 *
 *   selftest_trial_code.asm     what the guests execute
 *   selftest_trial_memory.c     a CPU's memory for them
 *   selftest_trial_judge.c      compares a VM exit with the table
 *   selftest_trial_run.c        runs the trials of the tables on the calling CPU
 *   selftest_exits.c            the tables: instructions that exit,
 *   selftest_registers.c        accesses of control and debug registers, and of the TPR,
 *   selftest_events.c           exceptions, windows, timer, monitor trap flag, injection,
 *   selftest_accesses.c         ports, MSRs, the time-stamp counter, the APIC
 *   selftest_interrupts.c       virtual interrupts, and the registers of the virtual APIC
 *   selftest_memory.c           memory: EPT, VPID, logging, VM functions
 *   selftest_shadow.c           VMCS shadowing
 *   selftest_modes.c            guests in other modes, task switches
 *   selftest_information.c      what an exit says of the instruction's operands
 *
 * The good guest, which each trial changes, runs in 64-bit mode at CPL 0, with EPT if the CPU has
 * it, an IDT whose handlers each execute VMCALL, and a stack. Every exception and I/O access exits,
 * and no access of an MSR if the CPU has the MSR bitmaps. Secondary controls are active. Every
 * address field of the VMCS that a control may activate points to memory of the trials.
 */
#ifndef ARCH_X86_64_VMX_SELFTEST_TRIAL_H
#define ARCH_X86_64_VMX_SELFTEST_TRIAL_H

#include "arch/x86_64/apic.h"
#include "arch/x86_64/vmx/selftest/selftest_run.h"
#include "arch/x86_64/vmx/vmcs_fields.h"
#include "arch/x86_64/vmx/vmx_exits.h"

/* The pages of a CPU's trials. The guest sees the first ones, at TRIAL_ADDRESS. */
enum trial_page {
	TRIAL_CODE,
	TRIAL_TABLES, /* IDT and GDT */
	TRIAL_DATA,   /* for the trials' own use; the guest's stack grows down from its end */
	TRIAL_APIC,   /* the APIC-access page */
	TRIAL_PML4,   /* the guest's page tables, in the order of the walk */
	TRIAL_PDPT,
	TRIAL_PD,
	TRIAL_PT,
	TRIAL_EPT_PML4, /* the guest sees none from here on */
	TRIAL_EPT_PDPT,
	TRIAL_EPT_PD,
	TRIAL_EPT_PT,
	TRIAL_VIRTUAL_APIC,
	TRIAL_IO_A,
	TRIAL_IO_B,
	TRIAL_MSR_BITMAP,
	TRIAL_AREAS, /* what the CPU reads or writes besides: areas of MSRs, logs */
	TRIAL_EPTP_LIST,
	TRIAL_VMREAD_BITMAP,
	TRIAL_VMWRITE_BITMAP,
	TRIAL_SHADOW, /* a shadow VMCS */
	TRIAL_POSTED, /* a posted-interrupt descriptor */
	TRIAL_PAGES,
};

enum { TRIAL_GUEST_PAGES = TRIAL_EPT_PML4 };

/* The linear address of a page; with EPT, also its guest-physical address. */
#define TRIAL_ADDRESS(page) (((page) + 1ull) << 12)

/* A quadword of a page, as a "field" of a change in memory. */
#define TRIAL_QUADWORD(page, offset) ((page) << 9 | (offset) >> 3)

#define TRIAL_PML_LAST 511 /* the entry of the page-modification log that is written first */

/* The guest's IDT and GDT. */
#define TRIAL_IDT       TRIAL_ADDRESS(TRIAL_TABLES)
#define TRIAL_GDT       (TRIAL_IDT + 0x800)
#define TRIAL_TSS       0x18 /* the selectors of two tasks that are never switched to, */
#define TRIAL_BUSY_TSS  0x20 /* and of which this is busy */
#define TRIAL_TASK      (TRIAL_IDT + 0xC00) /* the TSS of the guest's own task */
#define TRIAL_STACK_TOP (TRIAL_ADDRESS(TRIAL_DATA) + 0x1000)

/* What a guest executes, and where it may exit: selftest_trial_code.asm builds it. */
struct trial_code {
	uint16_t start; /* offset in trial_page */
	struct trial_exit {
		uint16_t at; /* the guest's RIP, likewise */
		uint16_t length;
	} exits[];
};

/* How to change a field before the entry, or what it must be after the exit. */
enum trial_how {
	TRIAL_NOTHING = 0, /* the last change */
	TRIAL_CLEAR = 1,   /* bits */
	TRIAL_SET = 2,     /* bits */
	TRIAL_WRITE = 3,
	TRIAL_EXPECT = 4,       /* the value after the exit */
	TRIAL_EXPECT_CLEAR = 5, /* these bits are clear after the exit */
	TRIAL_EXPECT_SET = 6,   /* these bits are set */
	TRIAL_ACTION = 7,
	TRIAL_HIGH = 8,      /* flags: the value is for bits 63:32, not 31:0 */
	TRIAL_PHYS = 16,     /* it is a TRIAL_QUADWORD; its physical address is meant */
	TRIAL_PLACE = 128,   /* it is relative to where the guest must exit, or go on */
	TRIAL_MEMORY = 32,   /* the field is a TRIAL_QUADWORD */
	TRIAL_REGISTER = 64, /* the field is a general register */
	TRIAL_IPI = 256,     /* no field: the CPU sends itself the interrupt TRIAL_VECTOR */
	TRIAL_EACH = 512, /* the field is that of ES, and the same one of CS to GS is meant, too */
};

struct trial_change {
	uint16_t field;
	uint16_t how; /* enum trial_how */
	uint32_t value;
};

enum {
	TRIAL_CHANGES = 8,
	TRIAL_CHAIN = 4, /* trials that one guest goes through */
	TRIAL_UNDO = 32, /* fields that they change in all */
	TRIAL_SEGMENTS = 6,
};

#define TRIAL_VECTOR APIC_VECTOR_WAKE

_Static_assert(TRIAL_ADDRESS(TRIAL_DATA) - TRIAL_ADDRESS(TRIAL_CODE) == 0x2000,
               "as in selftest_trial_code.asm");

/* Returns the number of fields that a change applies to. */
static inline unsigned trial_fields_of(const struct trial_change *change)
{
	return change->how & TRIAL_EACH ? TRIAL_SEGMENTS : 1;
}

struct guest_trial {
	struct selftest_check check;   /* expected: the VM exit */
	const struct trial_code *code; /* NULL: the guest of the trial above goes on */
	uint32_t qualification;        /* the exit qualification */
	uint8_t vector;                /* VMCALL is that of this handler; 0: of the guest itself */
	struct trial_change change[TRIAL_CHANGES];
};

extern const struct guest_trial selftest_exits[], selftest_registers[], selftest_events[],
	selftest_accesses[], selftest_interrupts[], selftest_memory[], selftest_shadow[],
	selftest_modes[], selftest_information[];
extern const unsigned selftest_exits_count, selftest_registers_count, selftest_events_count,
	selftest_accesses_count, selftest_interrupts_count, selftest_memory_count,
	selftest_shadow_count, selftest_modes_count, selftest_information_count;

/* The tables of guest trials: selftest_tables.c lists them. */
extern const struct trial_table {
	const struct guest_trial *first;
	const unsigned *count;
} trial_tables[];
extern const unsigned trial_table_count;

/* The guests' page: trial_end is the VMCALL of every guest, trial_handlers those of the vectors. */
extern const char trial_page[], trial_page_end[], trial_end[];
extern const char trial_handlers[][3], trial_handlers_end[][3];

/* Returns where the guest sees what is in trial_page. */
static inline uint64_t trial_address_of(const char *at)
{
	return TRIAL_ADDRESS(TRIAL_CODE) + (uint64_t)(at - trial_page);
}

struct trial_memory {
	uint8_t *at;
	uint64_t phys;
	uint64_t cr3; /* the guest's */

	/* With EPT: where the guest sees its code page through a page of 2 MByte, of 1 GByte. */
	uint64_t in_2m, in_1g;
};

/* The area of MSRs, for entry and exit, has IA32_KERNEL_GS_BASE with this value. */
#define TRIAL_MSR_VALUE 0x5A5AC000

/* Takes the memory of all CPUs. Returns false if there is not enough. */
bool trial_memory_take(uint32_t cpus);

/* Returns the physical address of a CPU's memory. */
uint64_t trial_memory_phys(const struct cpu *cpu);

/* Fills the calling CPU's memory. */
struct trial_memory trial_memory_fill(const struct cpu *cpu);

/* What a VM exit left behind. */
struct trial_view {
	uint64_t (*field)(uint32_t field); /* reads a field of the VMCS */
	const uint64_t *registers;
	struct trial_memory memory;
};

/* Returns where a change applies, or NULL if it is a field of the VMCS. */
uint64_t *trial_place(const struct trial_change *change, uint64_t *registers,
                      const struct trial_memory *memory);

/* Returns the value of a change, of 64 bits. */
uint64_t trial_value(const struct trial_change *change, const struct trial_exit *exit,
                     const struct trial_memory *memory);

/* Returns true if the VM exit of this reason stores the length of an instruction. */
bool trial_has_length(unsigned reason);

/*
 * Compares a VM exit, or a failed entry, with what the trial demands. exit is where the guest must
 * exit, unless by VMCALL. Returns what was seen: what the check expects, or what differs.
 */
struct selftest_seen trial_judge(const struct guest_trial *trial, const struct trial_exit *exit,
                                 struct vmx_status status, const struct trial_view *view);

/* Runs all guest trials on the calling CPU, which is in VMX root operation. */
void selftest_try_guests(struct cpu *cpu);

#endif
