/*
 * The steps of running a guest: each that fails gives a reason, and one that succeeds gives none.
 *
 * bound: every CPU, every VMCS, every way in which each instruction may end
 * cbmc: --unwindset vmcs_set_all.0:28
 * sources: kernel/record/proof.c kernel/record/record.c arch/x86_64/vmx/vmcs.c
 *   arch/x86_64/vmx/vmx_instructions.c
 *   arch/x86_64/vmx/guest/guest_exit.c arch/x86_64/vmx/guest/guest_state.c
 *   arch/x86_64/vmx/guest/vmcs_controls.c arch/x86_64/vmx/guest/controls.c
 */
#include "arch/x86_64/vmx/guest/guest.h"
#include "arch/x86_64/vmx/guest/vmcs_host.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "arch/x86_64/vmx/vmx_exits.h"
#include "kernel/machine/arch.h"
#include "kernel/record/caps.h"
#include "tests/proof/any_evidence.h"

void *arch_map(uint64_t phys, uint64_t size)
{
	static uint32_t page[1024];

	(void)phys;
	(void)size;
	return page;
}

raw_status_t vmclear_safe(const uint64_t *vmcs_phys)
{
	(void)vmcs_phys;
	return nondet_u64();
}

raw_status_t vmptrld_safe(const uint64_t *vmcs_phys)
{
	(void)vmcs_phys;
	return nondet_u64();
}

raw_status_t vmptrst_safe(uint64_t *vmcs_phys)
{
	*vmcs_phys = nondet_u64();
	return nondet_u64();
}

raw_status_t vmread_safe(uint64_t field, uint64_t *value)
{
	(void)field;
	*value = nondet_u64();
	return nondet_u64();
}

raw_status_t vmwrite_safe(uint64_t field, uint64_t value)
{
	(void)field;
	(void)value;
	return nondet_u64();
}

bool vmcs_set_host(uint64_t rip, const struct vmx_evidence *evidence, struct vmx_proof *proof)
{
	(void)evidence;
	return vmcs_set(HOST_RIP, rip, proof); /* and likewise its other fields */
}

uint64_t guest_memory_ept_root(void)
{
	return nondet_u64();
}

uint64_t guest_memory_cr3(bool ept)
{
	return ept ? 0 : nondet_u64();
}

void guest_memory_map_trial(uint32_t cpu, bool mapped)
{
	(void)cpu;
	(void)mapped;
}

const char *caps_control_name(uint32_t msr, uint32_t controls)
{
	CLAIM(controls != 0, "a control that is missing has a name");
	(void)msr;
	return "";
}

uint64_t guest_register(const struct guest *guest, unsigned number)
{
	return guest->trial + number;
}

const char guest_exit[1];
struct guest nondet_guest(void);

static struct cpu cpu; /* as cpu_prove() leaves it: no proof yet, but for: */

static struct guest any_guest(void)
{
	struct guest guest = nondet_guest();

	cpu.evidence = any_evidence();
	guest.real_mode = nondet_u8() & 1;
	guest.ept = nondet_u8() & 1;
	guest.launched = nondet_u8() & 1;
	return guest;
}

void a_vmcs_that_does_not_work_gives_a_reason(void)
{
	bool works;

	cpu.evidence = any_evidence();
	works = vmcs_begin_checked(&cpu);
	CLAIM(works == (cpu.proof.reason == REASON_NONE), "it works, or there is a reason");
	CLAIM(works || cpu.proof.reason == REASON_VMCS, "which is the VMCS");
	CLAIM(works || cpu.proof.what != NULL, "it names the instruction");
	if (works)
		REACHED("a VMCS that works");
	if (!works && cpu.proof.status.kind == VMX_SUCCEEDED)
		REACHED("a VMREAD of a wrong value");
}

void a_guest_whose_state_cannot_be_written_gives_a_reason(void)
{
	struct guest guest = any_guest();
	bool written = guest_state_write(&guest, &cpu);

	CLAIM(written == (cpu.proof.reason == REASON_NONE), "it is written, or there is a reason");
	CLAIM(written || cpu.proof.reason == REASON_VMCS || cpu.proof.reason == REASON_VM_CONTROLS,
	      "which is the VMCS, or a control");
	CLAIM(written || cpu.proof.what != NULL, "it names the instruction, or the control");
	if (written && guest.real_mode)
		REACHED("a guest in real mode");
	if (cpu.proof.reason == REASON_VM_CONTROLS)
		REACHED("a control that is missing");
}

void an_exit_that_is_not_the_expected_one_gives_a_reason(void)
{
	struct guest guest = any_guest();
	struct expected_exit expected = {nondet_u64(), nondet_u64(), nondet_u64(), nondet_u64()};
	bool right = guest_exit_check(&guest, &expected, &cpu.proof);

	CLAIM(right == (cpu.proof.reason == REASON_NONE), "it is right, or there is a reason");
	CLAIM(right || cpu.proof.reason == REASON_VM_EXIT, "which is the exit");
	CLAIM(right || (cpu.proof.what != NULL && cpu.proof.seen != cpu.proof.expected),
	      "it names a value that differs");
	if (right)
		REACHED("the expected exit");
	if (!right && expected.reason == EXIT_REASON_EPT_VIOLATION)
		REACHED("an EPT violation elsewhere");
}
