/* Runs a guest to its next VM exit, checks the exit, and emulates the instruction that exited. */
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/guest.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "arch/x86_64/vmx/vmx_exits.h"
#include "kernel/lib/count.h"

/*
 * The flags that must be the same at every exit: no instruction of the guests changes them. RF is
 * left out because a VM exit may save it either way.
 */
#define EFLAGS_SYSTEM ((~0xFFFull | EFLAGS_ALWAYS | EFLAGS_TF | EFLAGS_IF | EFLAGS_DF) & ~EFLAGS_RF)

struct expectation {
	const char *what;
	uint32_t field;
	uint64_t value;
	uint64_t ignored; /* bits */
};

/*
 * The host handles the NMI, by INT 2: it runs the same handler as an NMI outside a guest.
 *
 * An NMI that causes a VM exit does not block NMIs for the guest: SDM vol. 3C 27.1 "Architectural
 * State Before a VM Exit". Bochs 2.7 saves "blocking by NMI" nevertheless. Without the write below,
 * no further NMI would make that guest exit, and a panic could not stop this CPU.
 */
bool guest_exit_take_nmi(uint64_t exit_reason)
{
	if (exit_reason != EXIT_REASON_EXCEPTION ||
	    (vmcs_value(EXIT_INTERRUPTION) & INTERRUPTION_TYPE) != INTERRUPTION_TYPE_NMI)
		return false;
	int_nmi();
	vmcs_write(GUEST_INTERRUPTIBILITY, vmcs_value(GUEST_INTERRUPTIBILITY) & ~BLOCKING_BY_NMI);
	return true;
}

/*
 * The VMX-preemption timer also counts while a host hypervisor runs something else, so a healthy
 * guest may see it expire a few times. A guest that hangs sees nothing else. Without the timer (not
 * every CPU has it), only the guest's own code bounds its run time.
 */
struct vmx_status guest_run(struct guest *guest)
{
	for (unsigned patience = guest->patience;;) {
		raw_status_t failed = guest_enter(guest->registers, guest->launched);
		uint64_t reason;

		if (failed)
			return vmx_status_of(failed);
		reason = vmcs_value(EXIT_REASON);
		if (reason & EXIT_REASON_ENTRY_FAILURE)
			return (struct vmx_status){VMX_ENTRY_FAILED, (uint8_t)reason, 0};
		guest->launched = true;
		if (guest_exit_take_nmi(reason))
			continue;
		if (reason != EXIT_REASON_PREEMPTION_TIMER || patience-- == 0)
			return (struct vmx_status){VMX_EXITED, (uint8_t)reason, 0};
	}
}

static bool exit_compare(const char *what, uint64_t seen, uint64_t expected,
                         struct vmx_proof *proof)
{
	if (seen == expected)
		return true;
	proof->reason = REASON_VM_EXIT;
	proof->what = what;
	proof->seen = seen;
	proof->expected = expected;
	proof->rip = vmcs_value(GUEST_RIP);
	proof->qualification = vmcs_value(EXIT_QUALIFICATION);
	proof->interruption = (uint32_t)vmcs_value(EXIT_INTERRUPTION);
	return false;
}

/*
 * SDM vol. 3C 27.2.1 "Basic VM-Exit Information", SDM vol. 3C 27.3 "Saving Guest State". The exit
 * reason is compared first: if it differs, the other fields mean something else. The instruction
 * length is undefined after an EPT violation, and the addresses are defined only then. Of the EPT
 * violation's qualification, only the bits that every CPU defines are compared.
 */
bool guest_exit_check(const struct guest *guest, const struct expected_exit *expected,
                      struct vmx_proof *proof)
{
	uint64_t if_violation = expected->reason == EXIT_REASON_EPT_VIOLATION ? UINT64_MAX : 0;
	const struct expectation expectations[] = {
		{"the exit reason", EXIT_REASON, expected->reason, 0},
		{"the exit qualification", EXIT_QUALIFICATION, expected->qualification,
	         if_violation & ~EPT_VIOLATION_DEFINED},
		{"the instruction length", EXIT_INSTRUCTION_LENGTH, expected->length, if_violation},
		{"the guest-physical address", GUEST_PHYSICAL_ADDRESS, guest->trial, ~if_violation},
		{"the guest-linear address", GUEST_LINEAR_ADDRESS, guest->trial, ~if_violation},
		{"the guest's RIP", GUEST_RIP, guest->origin + expected->at, 0},
		{"the guest's RSP", GUEST_RSP, 0, 0},
		{"the guest's RFLAGS", GUEST_RFLAGS, EFLAGS_ALWAYS, ~EFLAGS_SYSTEM},
		{"the guest's CR0", GUEST_CR0, guest->cr0, 0},
		{"the guest's CR4", GUEST_CR4, guest->cr4, 0},
		{"the guest's CS base", GUEST_CS_BASE, guest->real_mode ? GUEST_CODE : 0, 0},
		{"the guest's activity state", GUEST_ACTIVITY, 0, 0},
		{"the guest's interruptibility", GUEST_INTERRUPTIBILITY, 0, 0},
	};

	for (unsigned i = 0; i < COUNT_OF(expectations); i++) {
		const struct expectation *e = &expectations[i];
		uint64_t seen = vmcs_value(e->field) & ~e->ignored;

		if (!exit_compare(e->what, seen, e->value & ~e->ignored, proof))
			return false;
	}
	for (unsigned i = RBP; i < REGISTER_COUNT; i++) {
		if (!exit_compare("a general register", guest->registers[i],
		                  guest_register(guest, i), proof))
			return false;
	}
	return true;
}

/* The guest sees the CPUID of the real CPU: the upper halves of the four registers become 0. */
static void handle_cpuid(uint64_t *registers)
{
	struct cpuid r = cpuid((uint32_t)registers[RAX], (uint32_t)registers[RCX]);

	registers[RAX] = r.eax;
	registers[RBX] = r.ebx;
	registers[RCX] = r.ecx;
	registers[RDX] = r.edx;
}

void guest_exit_handle(struct guest *guest, const struct expected_exit *expected,
                       const struct cpu *cpu)
{
	uint64_t *registers = guest->registers;

	switch (expected->reason) {
	case EXIT_REASON_EPT_VIOLATION:
		guest_memory_map_trial(cpu->found.index, true);
		return; /* RIP stays: the guest executes the instruction again */
	case EXIT_REASON_CPUID:
		handle_cpuid(registers);
		break;
	case EXIT_REASON_IO:
		if (expected->qualification & EXIT_IO_IN)
			registers[RAX] = (registers[RAX] & ~0xFFull) | guest->port;
		else
			guest->port = registers[RAX] & 0xFF;
		break;
	case EXIT_REASON_WRMSR:
		guest->msr = registers[RDX] << 32 | (uint32_t)registers[RAX];
		break;
	case EXIT_REASON_RDMSR:
		registers[RAX] = (uint32_t)guest->msr;
		registers[RDX] = guest->msr >> 32;
		break;
	default: /* HLT, VMCALL: nothing to emulate */
		break;
	}
	vmcs_write(GUEST_RIP, guest->origin + expected->at + expected->length);
}
