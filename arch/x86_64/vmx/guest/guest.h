/*
 * A guest of our own, on the CPU that executes this: its memory, its state, and the way into it and
 * back.
 */
#ifndef ARCH_X86_64_VMX_GUEST_H
#define ARCH_X86_64_VMX_GUEST_H

#include "arch/x86_64/recovery.h"
#include "kernel/record/cpu.h"
#include "kernel/record/vmx_names.h"

/* The guest's addresses, linear and physical alike. */
#define GUEST_CODE   0x1000ull
#define GUEST_TABLES 0x2000ull   /* its page tables, four pages */
#define GUEST_TRIAL  0x200000ull /* a page for each CPU, which EPT maps only after a violation */

/* One VM exit that a guest must make: in guest.asm, beside the instruction that makes it. */
struct expected_exit {
	uint64_t reason;
	uint64_t qualification;
	uint64_t at;     /* where in guest_code the instruction is */
	uint64_t length; /* of the instruction */
};

_Static_assert(sizeof(struct expected_exit) == 32, "guest.asm writes four quadwords");

extern const char guest_code[], guest_code_end[], guest_long[], guest_real[];
extern const struct expected_exit guest_long_exits[], guest_real_exits[]; /* up to VMCALL */

/* General registers as the CPU numbers them. */
enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15 };
#define REGISTER_COUNT (R15 + 1)

struct guest {
	bool real_mode; /* else 64-bit mode */
	bool ept;
	bool launched;
	const struct expected_exit *expected; /* its first exit */
	uint64_t origin;                      /* RIP at the beginning of guest_code */
	uint64_t start;                       /* its first instruction, from there */
	uint64_t cr0, cr4;                    /* what it wants in them and the CPU demands */
	uint64_t trial; /* the address of this CPU's page that EPT does not map at first; 0 without
	                   EPT */
	uint64_t registers[REGISTER_COUNT]; /* guest_enter.asm tells of number 4 */
	uint64_t port;                      /* its I/O port and its MSR, which hold what it wrote */
	uint64_t msr;
};

/* The guest as it is before its first instruction on this CPU. */
struct guest guest_make(enum proof_guest which, const struct cpu *cpu);

/* What a guest finds in a register at first, RSP aside; it changes those below RSP only. */
uint64_t guest_register(const struct guest *guest, unsigned number);

/* Enters it, and says how that ended; an NMI meanwhile is taken up, and the guest goes on. */
struct vmx_status guest_run(struct guest *guest);

/* If this exit was for an NMI, the host takes that up, and it is true. */
bool guest_exit_take_nmi(uint64_t exit_reason);

/* guest_enter.asm */
raw_status_t guest_enter(uint64_t registers[REGISTER_COUNT], bool launched);
extern const char guest_exit[];

/*
 * The guests' memory, once arch_vmx_prepare_proof() has made it: what CR3 and the EPT pointer hold
 * of its address; and whether EPT maps a CPU's trial page.
 */
uint64_t guest_memory_cr3(bool ept);
uint64_t guest_memory_ept_root(void);
void guest_memory_map_trial(uint32_t cpu, bool mapped);

/*
 * Fills the current VMCS, controls too, for the guest and for coming back to this CPU. False if
 * that cannot be, with the reason in cpu->proof.
 */
bool guest_state_write(const struct guest *guest, struct cpu *cpu);

/*
 * Whether the VM exit that has just been is the one that is expected, and the guest's state what it
 * must be; if not, *proof tells.
 */
bool guest_exit_check(const struct guest *guest, const struct expected_exit *expected,
                      struct vmx_proof *proof);

/* Does for the guest what its instruction is to do, so that it can go on behind it. */
void guest_exit_handle(struct guest *guest, const struct expected_exit *expected,
                       const struct cpu *cpu);

#endif
