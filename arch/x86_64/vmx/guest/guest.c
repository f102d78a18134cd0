/* Builds the guests' initial registers. */
#include "arch/x86_64/vmx/guest/guest.h"

#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "kernel/machine/memory.h"

/* Multiplied by the register's number: every register gets another value in all of its bytes. */
#define PATTERN 0x0123456789ABCDEFull

enum { TIMER_PATIENCE = 8 };

uint64_t guest_register(const struct guest *guest, unsigned number)
{
	if (number == RSI)
		return guest->trial;
	return PATTERN * (number + 1) ^ guest->trial;
}

/*
 * CR0 and CR4 start from what the CPU requires in VMX operation, in the guest as in the host: SDM
 * vol. 3C 26.3.1.1 "Checks on Guest Control Registers, Debug Registers, and MSRs". An unrestricted
 * guest alone may clear PE and PG, and real mode needs that.
 *
 * A real-mode guest's RIP counts from its CS base, which is GUEST_CODE, so its origin is 0. Each
 * CPU has a trial page of its own: a page that one CPU maps must still be missing on the next.
 */
struct guest guest_make(enum proof_guest which, const struct cpu *cpu)
{
	const struct msr_reading *msr = cpu->evidence.msr;
	uint64_t cr0 = msr[IA32_VMX_CR0_FIXED0 - VMX_MSR_FIRST].value | CR0_NE | CR0_ET;
	uint64_t cr4 = msr[IA32_VMX_CR4_FIXED0 - VMX_MSR_FIRST].value;
	bool real_mode = which == PROOF_REAL;
	struct guest guest = {
		.real_mode = real_mode,
		.ept = controls_ept(&cpu->evidence),
		.patience = TIMER_PATIENCE,
	};

	if (real_mode) {
		guest.expected = guest_real_exits;
		guest.start = (uint64_t)(guest_real - guest_code);
		guest.cr0 = cr0 & ~(CR0_PE | CR0_PG);
		guest.cr4 = cr4;
	} else {
		guest.expected = guest_long_exits;
		guest.origin = GUEST_CODE;
		guest.start = (uint64_t)(guest_long - guest_code);
		guest.cr0 = cr0 | CR0_PE | CR0_PG;
		guest.cr4 = cr4 | CR4_PAE;
	}
	guest.trial = guest.ept ? GUEST_TRIAL + (uint64_t)cpu->found.index * PAGE_SIZE : 0;
	for (unsigned i = 0; i < REGISTER_COUNT; i++)
		guest.registers[i] = guest_register(&guest, i);
	guest.registers[RSP] = 0;
	return guest;
}
