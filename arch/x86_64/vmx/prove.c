/* The proof that VMX works on the CPU that executes this: a VMCS of its own, and guests that run.
 */
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/controls.h"
#include "arch/x86_64/vmx/entry_check.h"
#include "arch/x86_64/vmx/guest.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "kernel/arch.h"

#define PATTERN 0x0123456789ABCDEFull

/* What a guest finds in register number n, and leaves there unless guest.asm says that it changes
 * it. */
uint64_t guest_register(const struct guest *guest, unsigned number)
{
	if (number == RSI)
		return guest->trial;
	return PATTERN * (number + 1) ^ guest->trial;
}

/* Into the guest, until it exits; if it cannot be entered, the rule that it breaks is looked for.
 */
static bool enter(struct guest *guest, struct cpu *cpu)
{
	const struct entry_view view = {vmcs_value, &cpu->evidence};
	const char *how = guest->launched ? "VMRESUME" : "VMLAUNCH";
	struct vmx_answer answer = guest_run(guest);

	if (answer.ending == VMX_EXITED)
		return true;
	cpu->proof.qualification = vmcs_value(EXIT_QUALIFICATION);
	cpu->proof.check = entry_check(&view, answer);
	return proof_fail(&cpu->proof, REASON_VM_ENTRY, how, answer);
}

/* From one exit that the guest must make to the next, to its last. */
static bool run(struct guest *guest, struct cpu *cpu, uint8_t *exits)
{
	for (unsigned i = 0; i < REGISTER_COUNT; i++)
		guest->registers[i] = guest_register(guest, i);
	guest->registers[RSP] = 0;
	for (const struct guest_stop *stop = guest->stops; stop < guest->stops_end; stop++) {
		if (stop->reason == EXIT_REASON_EPT_VIOLATION && !guest->ept)
			continue;
		if (!enter(guest, cpu) || !guest_exit_check(guest, stop, cpu))
			return false;
		guest_exit_handle(guest, stop, cpu);
		++*exits;
	}
	return true;
}

static bool prove_guest(struct cpu *cpu, enum proof_guest which)
{
	struct vmx_proof *proof = &cpu->proof;
	bool real_mode = which == PROOF_REAL;
	struct guest guest = {
		.stops = real_mode ? guest_real_stops : guest_long_stops,
		.stops_end = real_mode ? guest_real_stops_end : guest_long_stops_end,
		.origin = real_mode ? 0 : GUEST_CODE,
		.start = (uint64_t)((real_mode ? guest_real : guest_long) - guest_code),
		.real_mode = real_mode,
		.ept = proof->ept,
		.trial = proof->ept ? guest_memory_trial(cpu->index) : 0,
	};

	proof->guest = which;
	proof->exits[which] = 0;
	return vmcs_begin_checked(cpu) && guest_state_write(&guest, cpu) &&
	       run(&guest, cpu, &proof->exits[which]);
}

static void prove(struct cpu *cpu)
{
	struct vmx_proof *proof = &cpu->proof;
	struct vmx_answer answer;
	bool went_well;

	proof->tried = true;
	proof->ept = controls_ept(&cpu->evidence);
	proof->real_mode = controls_real_mode(&cpu->evidence);
	guest_memory_unmap_trial(cpu->index);
	vmcs_invalidate_translations(&cpu->evidence);
	went_well =
		prove_guest(cpu, PROOF_LONG) && (!proof->real_mode || prove_guest(cpu, PROOF_REAL));
	answer = vmcs_end(cpu);
	if (went_well && !vmcs_done(answer))
		went_well = proof_fail(proof, REASON_VMCS, "VMCLEAR", answer);
	proof->cycles += went_well;
}

void arch_vmx_prove(struct cpu *cpu)
{
	prove(cpu);
	descriptors_restore_limits();
}

bool arch_vmx_prepare_proof(uint32_t cpus)
{
	return guest_memory_take(cpus);
}
