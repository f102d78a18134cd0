/* VM exits: whether they are what they must be, and what is done for the guest. */
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/guest.h"
#include "arch/x86_64/vmx/vmcs.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { TIMER_PATIENCE = 8 };

/* The flags that no instruction of the guests' changes, nor an exit, as it may RF. */
#define EFLAGS_SYSTEM ((~0xFFFull | EFLAGS_ALWAYS | EFLAGS_TF | EFLAGS_IF | EFLAGS_DF) & ~EFLAGS_RF)

struct expectation {
	const char *what;
	uint32_t field;
	uint64_t value;
	uint64_t ignored; /* bits */
};

/*
 * The NMI is the host's, and blocks none for the guest: SDM vol. 3C 27.1 "Architectural State
 * Before a VM Exit". Bochs 2.7 saves that it does, and then no other would get a guest to exit.
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

/* The timer also runs while a hypervisor underneath does something else, so it may expire a few
 * times. */
struct vmx_status guest_run(struct guest *guest)
{
	for (unsigned patience = TIMER_PATIENCE;;) {
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

/* SDM vol. 3C 27.2.1 "Basic VM-Exit Information", SDM vol. 3C 27.3 "Saving Guest State" */
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

	for (unsigned i = 0; i < COUNT(expectations); i++) {
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
		return; /* to the same instruction */
	case EXIT_REASON_CPUID:
		handle_cpuid(registers);
		break;
	case EXIT_REASON_IO:
		if (expected->qualification & EXIT_IO_IN)
			registers[RAX] = (registers[RAX] & ~0xFFull) | guest->port;
		else
			guest->port = registers[RAX] & 0xFF;
		break;
	case EXIT_REASON_RDMSR:
		registers[RAX] = (uint32_t)guest->msr;
		registers[RDX] = guest->msr >> 32;
		break;
	case EXIT_REASON_WRMSR:
		guest->msr = registers[RDX] << 32 | (uint32_t)registers[RAX];
		break;
	default: /* HLT and VMCALL: there is nothing to wait for, and nobody to call */
		break;
	}
	vmcs_write(GUEST_RIP, guest->origin + expected->at + expected->length);
}
