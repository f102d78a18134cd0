/*
 * arch_vmx_prove(): it counts a success, or it gives a reason.
 *
 * bound: every CPU, every way in which each step may end; guests of up to three exits
 * cbmc: --unwindset prove_run.0:4
 * sources: kernel/record/proof.c kernel/record/record.c arch/x86_64/vmx/guest/prove.c
 *   arch/x86_64/vmx/guest/controls.c
 */
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/guest/entry_check.h"
#include "arch/x86_64/vmx/guest/guest.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "arch/x86_64/vmx/vmx_exits.h"
#include "kernel/machine/arch.h"
#include "tests/proof/any_evidence.h"

static unsigned guests;   /* that were run to VMCALL, their last exit */
static unsigned failures; /* of steps */

/* A step that ends in any way, and gives a reason if it fails, as prove_guest_steps.c proves. */
static bool take_step(struct vmx_proof *proof, enum reason reason)
{
	if (nondet_bool())
		return true;
	failures++;
	return proof_fail(proof, reason, "", (struct vmx_status){0});
}

bool vmcs_begin_checked(struct cpu *cpu)
{
	return take_step(&cpu->proof, REASON_VMCS);
}

bool guest_state_write(const struct guest *guest, struct cpu *cpu)
{
	(void)guest;
	return take_step(&cpu->proof, REASON_VM_CONTROLS);
}

bool guest_exit_check(const struct guest *guest, const struct expected_exit *expected,
                      struct vmx_proof *proof)
{
	bool right = take_step(proof, REASON_VM_EXIT);

	(void)guest;
	guests += right && expected->reason == EXIT_REASON_VMCALL;
	return right;
}

struct vmx_status guest_run(struct guest *guest)
{
	struct vmx_status status = {nondet_u8(), nondet_u8(), nondet_u16()};

	guest->launched = true;
	failures += status.kind != VMX_EXITED;
	return status;
}

/* Up to three exits, of which VMCALL is the last, as guest.asm has them. */
struct guest guest_make(enum proof_guest which, const struct cpu *cpu)
{
	static struct expected_exit exits[3];
	uint32_t first = nondet_u32();

	(void)which;
	GIVEN(first < 3); /* the bound */
	exits[0].reason = nondet_u64();
	exits[1].reason = nondet_u64();
	exits[2].reason = EXIT_REASON_VMCALL;
	return (struct guest){.expected = &exits[first], .ept = controls_ept(&cpu->evidence)};
}

struct vmx_status vmcs_end(struct cpu *cpu)
{
	struct vmx_status status = {nondet_u8(), nondet_u8(), nondet_u16()};

	(void)cpu;
	failures += status.kind != VMX_SUCCEEDED;
	return status;
}

void guest_exit_handle(struct guest *guest, const struct expected_exit *expected,
                       const struct cpu *cpu)
{
	(void)guest;
	(void)expected;
	(void)cpu;
}

const char *entry_check(const struct entry_view *view, struct vmx_status status)
{
	(void)view;
	(void)status;
	return NULL;
}

uint64_t vmcs_value(uint32_t field)
{
	(void)field;
	return nondet_u64();
}

void vmcs_invalidate_translations(const struct vmx_evidence *evidence)
{
	(void)evidence;
}

void guest_memory_wait(const struct cpu *cpu)
{
	(void)cpu;
}

void guest_memory_map_trial(uint32_t cpu, bool mapped)
{
	(void)cpu;
	(void)mapped;
}

void descriptors_restore_limits(void)
{
}

void a_success_is_counted_if_and_only_if_every_guest_did_what_it_should(void)
{
	static struct cpu cpu;
	uint32_t before = nondet_u32();
	bool succeeded;

	GIVEN(before < UINT32_MAX); /* no CPU repeats this so often */
	cpu.evidence = any_evidence();
	cpu.proof.cycles = before; /* cpu_prove() clears the rest */
	arch_vmx_prove(&cpu);
	succeeded = cpu.proof.cycles > before;
	CLAIM(succeeded == (cpu.proof.reason == REASON_NONE), "a success, or a reason");
	CLAIM(succeeded == (failures == 0), "a success, if and only if no step failed");
	CLAIM(!succeeded || guests == 1u + cpu.proof.real_mode, "both guests, where both can run");
	CLAIM(cpu.proof.cycles - before <= 1, "one success is counted once");
	CLAIM(cpu.proof.tried && !cpu.proof.running, "it is over");
	if (succeeded && guests == 2 && cpu.proof.exits[PROOF_REAL] == 3)
		REACHED("two guests");
	if (cpu.proof.reason == REASON_VM_ENTRY)
		REACHED("a failed VM entry");
	if (cpu.proof.reason == REASON_VMCS && guests == 1)
		REACHED("a VMCLEAR that fails in the end");
}
