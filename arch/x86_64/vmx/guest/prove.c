/*
 * Proves that VMX works on the calling CPU: runs the 64-bit guest and, on a CPU with unrestricted
 * guest, the real-mode guest, each in a VMCS of its own.
 */
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/guest/entry_check.h"
#include "arch/x86_64/vmx/guest/guest.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "arch/x86_64/vmx/vmx_exits.h"
#include "kernel/machine/arch.h"

/* Runs the guest to its next exit. If VM entry fails, looks for the rule that the VMCS breaks. */
static bool prove_enter(struct guest *guest, struct cpu *cpu)
{
	const struct entry_view view = {vmcs_value, &cpu->evidence};
	const char *how = guest->launched ? "VMRESUME" : "VMLAUNCH";
	struct vmx_status status = guest_run(guest);

	if (status.kind == VMX_EXITED)
		return true;
	cpu->proof.qualification = vmcs_value(EXIT_QUALIFICATION);
	cpu->proof.check = entry_check(&view, status);
	return proof_fail(&cpu->proof, REASON_VM_ENTRY, how, status);
}

/*
 * Runs the guest through all of its expected exits; the last one is VMCALL. Counts them in *exits.
 * Without EPT there is no EPT violation to expect.
 */
static bool prove_run(struct guest *guest, struct cpu *cpu, uint8_t *exits)
{
	for (const struct expected_exit *expected = guest->expected;; expected++) {
		if (expected->reason == EXIT_REASON_EPT_VIOLATION && !guest->ept)
			continue;
		if (!prove_enter(guest, cpu) || !guest_exit_check(guest, expected, &cpu->proof))
			return false;
		guest_exit_handle(guest, expected, cpu);
		++*exits;
		if (expected->reason == EXIT_REASON_VMCALL)
			return true;
	}
}

static bool prove_guest(struct cpu *cpu, enum proof_guest which)
{
	struct vmx_proof *proof = &cpu->proof;
	struct guest guest = guest_make(which, cpu);

	proof->guest = which;
	proof->exits[which] = 0;
	return vmcs_begin_checked(cpu) && guest_state_write(&guest, cpu) &&
	       prove_run(&guest, cpu, &proof->exits[which]);
}

/*
 * The trial page must be unmapped, and no translation of it cached, or the EPT violation would not
 * occur. A VM exit sets the limits of GDTR and IDTR to FFFFH, so they are restored at the end.
 * running is true meanwhile: if the guest never exits, the BSP can report where this CPU hangs.
 */
void arch_vmx_prove(struct cpu *cpu)
{
	struct vmx_proof *proof = &cpu->proof;
	struct vmx_status status;
	bool went_well;

	proof->tried = true;
	proof->running = true;
	proof->ept = controls_ept(&cpu->evidence);
	proof->real_mode = controls_real_mode(&cpu->evidence);
	guest_memory_wait(cpu);
	guest_memory_map_trial(cpu->found.index, false);
	vmcs_invalidate_translations(&cpu->evidence);
	went_well =
		prove_guest(cpu, PROOF_LONG) && (!proof->real_mode || prove_guest(cpu, PROOF_REAL));
	status = vmcs_end(cpu);
	descriptors_restore_limits();
	if (went_well && !vmx_succeeded(status))
		went_well = proof_fail(proof, REASON_VMCS, "VMCLEAR", status);
	proof->running = false;
	proof->cycles += went_well;
}
