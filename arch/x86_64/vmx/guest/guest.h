/*
 * arch/x86_64/vmx/guest/ proves that VMX works: it runs small guests on the calling CPU, and checks
 * every VM exit that they make.
 *
 *   controls.c, vmcs_controls.c   which controls the CPU allows; write them to the VMCS
 *   guest_memory.c                the guests' code page, page tables and EPT tables
 *   guest_state.c, vmcs_host.c    fill the VMCS
 *   guest.asm                     what the guests execute, and the exits expected of them
 *   guest_enter.asm               VM entry and VM exit
 *   guest_exit.c                  check a VM exit, and emulate the instruction
 *   entry_check.c                 find the rule that a failed VM entry broke
 *   prove.c, guest_bench.c        run a guest from its first exit to its last; measure an exit
 */
#ifndef ARCH_X86_64_VMX_GUEST_H
#define ARCH_X86_64_VMX_GUEST_H

#include "arch/x86_64/recovery.h"
#include "kernel/record/cpu.h"
#include "kernel/record/vmx_names.h"

/* Where the guest sees its memory: linear and guest-physical addresses are the same. */
#define GUEST_CODE   0x1000ull
#define GUEST_TABLES 0x2000ull   /* its page tables, 4 pages */
#define GUEST_TRIAL  0x200000ull /* a page per CPU, which EPT maps only after a violation */

/* A VM exit that a guest must make. guest.asm builds them, next to the instructions that exit. */
struct expected_exit {
	uint64_t reason;
	uint64_t qualification;
	uint64_t at;     /* offset of the instruction in guest_code */
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
	uint8_t patience; /* expirations of the timer before it counts as hung: guest_run() */
	const struct expected_exit *expected; /* its first exit */
	uint64_t origin;                      /* RIP at the start of guest_code */
	uint64_t start;                       /* offset of its first instruction */
	uint64_t cr0, cr4;                    /* initial values */
	uint64_t trial;                       /* this CPU's trial page; 0 without EPT */
	uint64_t registers[REGISTER_COUNT];   /* guest_enter.asm explains number 4 */
	uint64_t port;                        /* emulated I/O port and MSR: what it last wrote */
	uint64_t msr;
};

/* Returns the guest as it is before its first instruction on this CPU. Writes no VMCS. */
struct guest guest_make(enum proof_guest which, const struct cpu *cpu);

/*
 * Returns the initial value of a guest's register. Not for RSP. A guest changes only the registers
 * with lower numbers than RSP, so the others must still hold this value at every exit.
 */
uint64_t guest_register(const struct guest *guest, unsigned number);

/*
 * Runs the guest until its next VM exit. An exit for an NMI is handled, and the guest resumed.
 * Returns VMX_EXITED with the exit reason, or how VM entry failed.
 */
struct vmx_status guest_run(struct guest *guest);

/* Handles the NMI and returns true, if an NMI caused this VM exit. Else returns false. */
bool guest_exit_take_nmi(uint64_t exit_reason);

/*
 * Enters the guest of the current VMCS by VMLAUNCH, or VMRESUME if launched. Returns 0 after a VM
 * exit, else the raw status of the failed VM entry. guest_exit is the host's RIP: guest_enter.asm.
 */
raw_status_t guest_enter(uint64_t registers[REGISTER_COUNT], bool launched);
extern const char guest_exit[];

/*
 * The guests' memory, after arch_vmx_prepare_proof() has succeeded. The first waits until it is
 * filled; a CPU calls it before it runs a guest. The next two return what CR3 holds and where the
 * EPT tables are. The last one maps a CPU's trial page in EPT, or unmaps it.
 */
void guest_memory_wait(const struct cpu *cpu);
uint64_t guest_memory_cr3(bool ept);
uint64_t guest_memory_ept_root(void);
void guest_memory_map_trial(uint32_t cpu, bool mapped);

/*
 * Fills the current VMCS: controls, guest state, and the host state that returns to this CPU.
 * Returns false if a VMWRITE fails or the CPU lacks a control, with the reason in cpu->proof.
 */
bool guest_state_write(const struct guest *guest, struct cpu *cpu);

/*
 * Returns true if the last VM exit is the expected one and left the guest's state as it must be. If
 * not, stores the first difference in *proof.
 */
bool guest_exit_check(const struct guest *guest, const struct expected_exit *expected,
                      struct vmx_proof *proof);

/*
 * Emulates the instruction that exited and moves the guest's RIP past it. After an EPT violation,
 * maps the page instead, and the guest executes the instruction again.
 */
void guest_exit_handle(struct guest *guest, const struct expected_exit *expected,
                       const struct cpu *cpu);

#endif
