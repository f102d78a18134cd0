/* VM exits: whether they are what they must be, and what is done for the guest. */
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest.h"
#include "arch/x86_64/vmx/vmcs.h"

#define ALL_BITS UINT64_MAX

enum { TIMER_PATIENCE = 8 };

/* What is certain of an EPT violation's qualification: SDM vol. 3C 27.2.1 "Basic VM-Exit
 * Information" */
#define EPT_VIOLATION_DEFINED 0x1BFull

/* The flags that no instruction of the guests' changes. */
#define EFLAGS_SYSTEM (~0xFFFull | EFLAGS_ALWAYS | EFLAGS_TF | EFLAGS_IF | EFLAGS_DF)

struct expectation {
	const char *what;
	uint32_t field;
	uint64_t mask;
	uint64_t value;
};

bool guest_exit_take_nmi(uint64_t exit_reason)
{
	if (exit_reason != EXIT_REASON_EXCEPTION ||
	    (vmcs_value(EXIT_INTERRUPTION) & INTERRUPTION_TYPE) != INTERRUPTION_TYPE_NMI)
		return false;
	int_nmi();
	return true;
}

/* The timer also runs while a hypervisor underneath does something else, so it may expire a few
 * times. */
struct vmx_answer guest_run(struct guest *guest)
{
	for (unsigned patience = TIMER_PATIENCE;;) {
		uint64_t failed = guest_enter(guest->registers, guest->launched);
		uint64_t reason;

		if (failed)
			return vmcs_answer(failed & FAULT_TAKEN ? failed : 0, failed);
		reason = vmcs_value(EXIT_REASON);
		if (reason & EXIT_REASON_ENTRY_FAILURE)
			return (struct vmx_answer){VMX_ENTRY_FAILED, (uint8_t)reason};
		guest->launched = true;
		if (guest_exit_take_nmi(reason))
			continue;
		if (reason != EXIT_REASON_PREEMPTION_TIMER || patience-- == 0)
			return (struct vmx_answer){VMX_EXITED, (uint8_t)reason};
	}
}

static bool compare(const char *what, uint64_t seen, uint64_t expected, struct vmx_proof *proof)
{
	if (seen == expected)
		return true;
	proof->reason = REASON_VM_EXIT;
	proof->what = what;
	proof->seen = seen;
	proof->expected = expected;
	return false;
}

static bool compare_fields(const struct expectation *expectations, unsigned count,
                           struct vmx_proof *proof)
{
	for (unsigned i = 0; i < count; i++) {
		const struct expectation *e = &expectations[i];

		if (!compare(e->what, vmcs_value(e->field) & e->mask, e->value & e->mask, proof))
			return false;
	}
	return true;
}

/* What a guest has not changed comes back as it went in. */
static bool compare_registers(const struct guest *guest, struct vmx_proof *proof)
{
	for (unsigned i = RBP; i < REGISTER_COUNT; i++) {
		if (!compare("a general register", guest->registers[i], guest_register(guest, i),
		             proof))
			return false;
	}
	return true;
}

/* SDM vol. 3C 27.2.1 "Basic VM-Exit Information" */
static bool compare_exit(const struct guest *guest, const struct guest_stop *stop,
                         struct vmx_proof *proof)
{
	bool violation = stop->reason == EXIT_REASON_EPT_VIOLATION;
	const struct expectation expectations[] = {
		{"the exit reason", EXIT_REASON, ALL_BITS, stop->reason},
		{"the exit qualification", EXIT_QUALIFICATION,
	         violation ? EPT_VIOLATION_DEFINED : ALL_BITS, stop->qualification},
		{"the instruction length", EXIT_INSTRUCTION_LENGTH, violation ? 0 : ALL_BITS,
	         stop->length},
		{"the guest-physical address", GUEST_PHYSICAL_ADDRESS, violation ? ALL_BITS : 0,
	         guest->trial},
		{"the guest-linear address", GUEST_LINEAR_ADDRESS, violation ? ALL_BITS : 0,
	         guest->trial},
	};

	return compare_fields(expectations, sizeof(expectations) / sizeof(expectations[0]), proof);
}

/* SDM vol. 3C 27.3 "Saving Guest State" */
static bool compare_state(const struct guest *guest, const struct guest_stop *stop,
                          const struct vmx_evidence *evidence, struct vmx_proof *proof)
{
	const struct expectation expectations[] = {
		{"the guest's RIP", GUEST_RIP, ALL_BITS, guest->origin + stop->at},
		{"the guest's RSP", GUEST_RSP, ALL_BITS, 0},
		{"the guest's RFLAGS", GUEST_RFLAGS, EFLAGS_SYSTEM & ~EFLAGS_RF, EFLAGS_ALWAYS},
		{"the guest's CR0", GUEST_CR0, ALL_BITS, guest_state_cr0(guest, evidence)},
		{"the guest's CR4", GUEST_CR4, ALL_BITS, guest_state_cr4(guest, evidence)},
		{"the guest's CS base", GUEST_CS_BASE, ALL_BITS, guest->real_mode ? GUEST_CODE : 0},
		{"the guest's activity state", GUEST_ACTIVITY, ALL_BITS, 0},
		{"the guest's interruptibility", GUEST_INTERRUPTIBILITY, ALL_BITS, 0},
	};

	return compare_fields(expectations, sizeof(expectations) / sizeof(expectations[0]),
	                      proof) &&
	       compare_registers(guest, proof);
}

bool guest_exit_check(const struct guest *guest, const struct guest_stop *stop, struct cpu *cpu)
{
	struct vmx_proof *proof = &cpu->proof;

	if (compare_exit(guest, stop, proof) && compare_state(guest, stop, &cpu->evidence, proof))
		return true;
	proof->rip = vmcs_value(GUEST_RIP);
	proof->qualification = vmcs_value(EXIT_QUALIFICATION);
	proof->interruption = (uint32_t)vmcs_value(EXIT_INTERRUPTION);
	return false;
}

static void handle_cpuid(uint64_t *registers)
{
	struct cpuid r = cpuid((uint32_t)registers[RAX], (uint32_t)registers[RCX]);

	registers[RAX] = r.eax;
	registers[RBX] = r.ebx;
	registers[RCX] = r.ecx;
	registers[RDX] = r.edx;
}

static void handle_io(struct guest *guest, bool in)
{
	if (in)
		guest->registers[RAX] = (guest->registers[RAX] & ~0xFFull) | guest->port;
	else
		guest->port = guest->registers[RAX] & 0xFF;
}

void guest_exit_handle(struct guest *guest, const struct guest_stop *stop, const struct cpu *cpu)
{
	uint64_t *registers = guest->registers;

	switch (stop->reason) {
	case EXIT_REASON_EPT_VIOLATION:
		guest_memory_map_trial(cpu->index);
		return; /* to the same instruction */
	case EXIT_REASON_CPUID:
		handle_cpuid(registers);
		break;
	case EXIT_REASON_IO:
		handle_io(guest, stop->qualification & EXIT_IO_IN);
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
	vmcs_write(GUEST_RIP, guest->origin + stop->at + stop->length);
}
