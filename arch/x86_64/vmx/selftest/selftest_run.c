/*
 * Runs the self-test on the calling CPU, which starts and ends in VMX root operation. In between it
 * leaves VMX operation, to check the instructions there, too. Every check records what the CPU did;
 * selftest_judge() compares afterwards.
 */
#include "arch/x86_64/vmx/selftest/selftest_run.h"

#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/register_instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/selftest/selftest_handover.h"
#include "arch/x86_64/vmx/selftest/selftest_host.h"
#include "arch/x86_64/vmx/selftest/selftest_trial.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/memory.h"
#include "kernel/machine/progress.h"
#include "kernel/lib/string.h"

/* What each check saw, by CPU and check. */
static struct selftest_seen *results;
static unsigned check_count;

const struct selftest_check *arch_vmx_selftest_check(unsigned n)
{
	return selftest_check(n);
}

/* Updates cpu->outcome after VMXOFF and VMXON: arch_vmx_leave() relies on it, in an NMI, too. */
static struct vmx_status vmxoff(struct cpu *cpu)
{
	struct vmx_status status = vmx_status_of(vmxoff_safe());

	cpu->outcome.in_root_operation = false;
	return status;
}

static struct vmx_status vmxon(uint64_t phys, struct cpu *cpu)
{
	struct vmx_status status = vmx_status_of(vmxon_safe(&phys));

	cpu->outcome.in_root_operation |= vmx_succeeded(status);
	return status;
}

/*
 * Tries VMXON with a value of CR0. If it succeeds outside VMX operation, where it should have
 * failed, executes VMXOFF: the checks that follow expect to be outside.
 */
static struct vmx_status try_vmxon(uint64_t phys, uint64_t cr0, struct cpu *cpu)
{
	bool inside = cpu->outcome.in_root_operation;
	uint64_t before = read_cr0();
	struct vmx_status status;

	write_cr0_safe(cr0);
	status = vmxon(phys, cpu);
	if (!inside && vmx_succeeded(status))
		vmxoff(cpu);
	write_cr0_safe(before);
	return status;
}

static struct vmx_status try_vmptrst(uint64_t expected)
{
	uint64_t stored = 0;
	struct vmx_status status = vmcs_store(&stored);

	if (vmx_succeeded(status) && stored != expected)
		status.kind = VMX_WRONG_VALUE;
	return status;
}

static struct vmx_status try_vmread(uint64_t field, uint64_t expected)
{
	uint64_t value = 0;
	struct vmx_status status = vmx_status_of(vmread_safe(field, &value));

	if (vmx_succeeded(status) && value != expected)
		status.kind = VMX_WRONG_VALUE;
	return status;
}

/*
 * Tries to change each bit of IA32_FEATURE_CONTROL, which is locked in VMX operation. If a write
 * wrongly succeeds, undoes it.
 */
static struct selftest_seen try_feature_control(struct vmx_status expected)
{
	struct selftest_seen seen = {.kind = ITEM_NO_BIT};
	uint64_t before;

	rdmsr_safe(IA32_FEATURE_CONTROL, &before);
	for (unsigned bit = 0; bit < 64; bit++) {
		struct vmx_status status =
			vmx_status_of(wrmsr_safe(IA32_FEATURE_CONTROL, before ^ 1ull << bit));

		if (vmx_succeeded(status))
			wrmsr_safe(IA32_FEATURE_CONTROL, before);
		selftest_add_item(&seen, status, expected, ITEM_BIT, (uint16_t)bit);
	}
	return seen;
}

/* Tries to clear bits of a control register. If the write wrongly succeeds, undoes it. */
static struct vmx_status try_write(raw_status_t (*write)(uint64_t), uint64_t before,
                                   uint64_t cleared)
{
	struct vmx_status status = vmx_status_of(write(before & ~cleared));

	if (vmx_succeeded(status))
		write(before);
	return status;
}

static struct vmx_status try_instruction(const struct instruction_trial *trial, struct cpu *cpu)
{
	static const uint64_t zeros[2];
	const uint64_t *descriptor = trial->descriptor != NULL ? trial->descriptor : zeros;
	uint64_t phys = selftest_address(trial->operand, cpu), number = trial->number;
	uint64_t value;

	if (trial->operand == WIDE_NUMBER)
		number |= 1ull << 32;

	switch (trial->instruction) {
	case TRY_VMXON:
		return try_vmxon(phys, read_cr0(), cpu);
	case TRY_VMXON_WITHOUT_NE:
		return try_vmxon(phys, read_cr0() & ~CR0_NE, cpu);
	case TRY_VMXOFF:
		return vmxoff(cpu);
	case TRY_VMCLEAR:
		return vmcs_clear(phys);
	case TRY_VMPTRLD:
		return vmcs_load(phys);
	case TRY_VMPTRST:
		return try_vmptrst(phys);
	case TRY_CLEAR_NE:
		return try_write(write_cr0_safe, read_cr0(), CR0_NE);
	case TRY_CLEAR_VMXE:
		return try_write(write_cr4_safe, read_cr4(), CR4_VMXE);
	case TRY_VMREAD:
		return vmx_status_of(vmread_safe(number, &value));
	case TRY_VMWRITE:
		return vmx_status_of(vmwrite_safe(number, 0));
	case TRY_VMLAUNCH:
		return vmx_status_of(vmlaunch_safe());
	case TRY_VMRESUME:
		return vmx_status_of(vmresume_safe());
	case TRY_VMLAUNCH_MOV_SS:
		return vmx_status_of(vmlaunch_after_mov_ss());
	case TRY_VMRESUME_MOV_SS:
		return vmx_status_of(vmresume_after_mov_ss());
	case TRY_VMWRITE_ADDRESS:
		return vmx_status_of(vmwrite_safe(number, phys));
	case TRY_VMREAD_ADDRESS:
		return try_vmread(number, phys);
	case TRY_GUEST:
		return selftest_handover_run(cpu);
	case TRY_VMCALL:
		return vmx_status_of(vmcall_safe());
	case TRY_INVEPT:
		return vmx_status_of(invept_safe(number, descriptor));
	default:
		return vmx_status_of(invvpid_safe(number, descriptor));
	}
}

static void try_phase(enum selftest_phase phase, struct cpu *cpu)
{
	for (unsigned n = 0; n < selftest_instructions_count; n++) {
		const struct instruction_trial *trial = &selftest_instructions[n];

		if (trial->phase != phase ||
		    (phase != PHASE_UNLOCKED && !selftest_is_needed(&trial->check, &cpu->evidence)))
			continue;
		progress_made();
		if (trial->instruction == TRY_FEATURE_CONTROL)
			*selftest_seen(&trial->check, cpu) =
				try_feature_control(trial->check.expected);
		else
			selftest_record(&trial->check, try_instruction(trial, cpu), cpu);
	}
}

/* The guest runs to its first exit only: that makes the VMCS "launched", which is all we need. */
static void try_launched(enum selftest_phase phase, struct cpu *cpu)
{
	struct guest guest;

	selftest_write_good(&guest, cpu);
	guest_run(&guest);
	try_phase(phase, cpu);
}

/* Tries the VMCS that another CPU has cleared, if there is one. */
static void try_handed(struct cpu *cpu)
{
	const struct selftest_seen skipped = {.kind = ITEM_NO_OTHER_CPU};

	if (selftest_handover_take(cpu)) {
		try_phase(PHASE_HANDED, cpu);
		return;
	}
	for (unsigned n = 0; n < selftest_instructions_count; n++) {
		if (selftest_instructions[n].phase == PHASE_HANDED)
			*selftest_seen(&selftest_instructions[n].check, cpu) = skipped;
	}
}

static void selftest_run(struct cpu *cpu)
{
	vmxoff(cpu);
	write_cr4_safe(read_cr4() & ~CR4_VMXE);
	try_phase(PHASE_VMXE_CLEAR, cpu);
	write_cr4_safe(read_cr4() | CR4_VMXE);
	try_phase(PHASE_OUTSIDE, cpu);
	arch_vmx_enter_again(cpu);
	if (!cpu->outcome.in_root_operation)
		return;
	try_phase(PHASE_NO_VMCS, cpu);
	vmcs_begin(cpu);
	try_phase(PHASE_CLEAR, cpu);
	selftest_try_fields(cpu);
	selftest_try_entries(cpu);
	try_launched(PHASE_LAUNCHED, cpu);
	selftest_write_second(cpu);
	try_launched(PHASE_TWO, cpu);
	selftest_handover_give(cpu);
	selftest_try_guests(cpu);
	vmcs_end(cpu);
	try_handed(cpu);
}

/*
 * Only now can VMXON be tried with IA32_FEATURE_CONTROL unlocked: arch_vmx_enter() locks it until
 * the next reset. CR0 and CR4 get their planned values first, so that no other condition fails.
 */
void arch_vmx_selftest_before(struct cpu *cpu)
{
	cpu->selftest = (struct vmx_selftest){
		.run = true,
		.seen = &results[(size_t)cpu->found.index * check_count],
	};
	memset(cpu->selftest.seen, 0, check_count * sizeof(*results)); /* VMX_NOT_TRIED */
	if (!cpu->plan.write_feature_control || cpu->outcome.feature_control_written)
		return;
	write_cr0_safe(cpu->plan.cr0);
	write_cr4_safe(cpu->plan.cr4);
	try_phase(PHASE_UNLOCKED, cpu);
}

/* The self-test's guests overwrite cpu->proof, which is a result of its own: it is restored. */
void arch_vmx_selftest(struct cpu *cpu)
{
	struct vmx_proof proof = cpu->proof;

	guest_memory_wait(cpu);
	selftest_run(cpu);
	descriptors_restore_limits();
	cpu->proof = proof;
	selftest_judge(cpu, arch_vmx_selftest_check);
}

static bool take_results(uint32_t cpus)
{
	uint64_t size, phys;

	check_count = selftest_count();
	size = (uint64_t)cpus * check_count * sizeof(*results);
	phys = memory_take((size + PAGE_SIZE - 1) / PAGE_SIZE);
	results = phys != 0 ? arch_map(phys, size) : NULL;
	return results != NULL;
}

bool arch_vmx_prepare_selftest(uint32_t cpus)
{
	selftest_host_prepare(cpus);
	selftest_handover_prepare(cpus);
	return selftest_prepare_operands(cpus) && take_results(cpus) && trial_memory_take(cpus);
}
