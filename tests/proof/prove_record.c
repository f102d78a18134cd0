/*
 * From the orders to the record: a CPU that has carried out its orders has a reason, or its record
 * says that VMXON succeeded and, where guests were ordered, that all of them did. With what
 * prove_verdict.c proves of any records, this is all of the way to PASS.
 *
 * bound: every value of every register, every way in which each instruction may end
 * sources: kernel/run/cpu_main.c kernel/record/record.c kernel/lib/string.c
 *   arch/x86_64/vmx/plan.c arch/x86_64/vmx/consistency.c arch/x86_64/vmx/predict.c
 *   arch/x86_64/vmx/enter.c arch/x86_64/vmx/vmx_instructions.c
 */
#include "arch/x86_64/register_instructions.h"
#include "arch/x86_64/vmx/plan.h"
#include "arch/x86_64/vmx/predict.h"
#include "arch/x86_64/vmx/vmx_instructions.h"
#include "kernel/machine/arch.h"
#include "kernel/run/cpu_main.h"
#include "tests/proof/any_evidence.h"

/* The machine: each instruction ends in any way, and returns any value. */
static unsigned vmxons;
static bool vmxon_succeeded;
static bool refused;   /* CR0 or CR4 was */
static bool forbidden; /* IA32_FEATURE_CONTROL was read back, and forbids VMXON */

void *arch_map(uint64_t phys, uint64_t size)
{
	static uint32_t page[1024];

	(void)phys;
	(void)size;
	return page;
}

raw_status_t rdmsr_safe(uint32_t msr, uint64_t *value)
{
	raw_status_t raw = nondet_u64();

	CLAIM(msr == IA32_FEATURE_CONTROL, "no other MSR is read back");
	*value = raw ? 0 : nondet_u64();
	forbidden = raw || (*value & 5) != 5;
	return raw;
}

raw_status_t vmread_safe(uint64_t field, uint64_t *value)
{
	(void)field;
	*value = nondet_u64();
	return nondet_u64();
}

raw_status_t vmxon_safe(const uint64_t *region_phys)
{
	raw_status_t raw = nondet_u64();

	CLAIM(*region_phys != 0, "VMXON has a region");
	CLAIM(!refused, "VMXON is not tried without its CR0 and CR4");
	CLAIM(!forbidden, "nor where IA32_FEATURE_CONTROL did not take its value");
	vmxons++;
	vmxon_succeeded = !(raw & (RAW_FAULT | EFLAGS_CF | EFLAGS_ZF)) && nondet_bool();
	return raw; /* may claim a success that it did not have */
}

/* VMPTRST succeeds in VMX operation only. */
struct vmx_status vmcs_store(uint64_t *phys)
{
	*phys = UINT64_MAX;
	return (struct vmx_status){.kind = vmxon_succeeded ? VMX_SUCCEEDED : VMX_FAULTED};
}

raw_status_t wrmsr_safe(uint32_t msr, uint64_t value)
{
	CLAIM(msr == IA32_FEATURE_CONTROL, "no other MSR is written");
	(void)value;
	return nondet_u64();
}

raw_status_t write_cr0_safe(uint64_t value)
{
	raw_status_t raw = nondet_u64();

	(void)value;
	refused |= raw != 0;
	return raw;
}

raw_status_t write_cr4_safe(uint64_t value)
{
	raw_status_t raw = nondet_u64();

	(void)value;
	refused |= raw != 0;
	return raw;
}

void vmcs_invalidate_translations(const struct vmx_evidence *evidence)
{
	(void)evidence;
}

void arch_read_facts(struct cpu *cpu)
{
	(void)cpu;
}

void arch_smp_announce(enum cpu_step step)
{
	(void)step;
}

void arch_vmx_predict(struct cpu *cpu)
{
	(void)cpu;
}

void arch_vmx_read_evidence(struct vmx_evidence *evidence)
{
	*evidence = any_evidence();
}

void arch_vmx_plan(const struct vmx_evidence *evidence, struct vmx_plan *plan)
{
	vmx_plan(evidence, plan);
}

/* What prove_guests.c proves of it. */
void arch_vmx_prove(struct cpu *cpu)
{
	if (nondet_bool())
		cpu->proof.reason = REASON_VM_EXIT; /* or another of guests */
	else
		cpu->proof.cycles++;
}

static struct cpu cpu; /* as it begins: all zero, but for: */

static void carry_out_any_orders(void)
{
	cpu.found.region_phys = nondet_u64();
	GIVEN(cpu.found.region_phys != 0); /* cpu_list.c makes no other, or gives a reason */
	cpu.orders = (struct cpu_orders){.observe = nondet_u8() & 1, .prove = nondet_u8() & 1};
	cpu_main(&cpu);
}

void a_record_without_a_reason_is_of_a_cpu_that_entered(void)
{
	carry_out_any_orders();
	CLAIM(cpu.finished, "the CPU finishes");
	if (cpu.orders.observe) {
		CLAIM(vmxons == 0, "observe enters nothing");
		return;
	}
	CLAIM((cpu_reason(&cpu) == REASON_NONE) <= (vmxons == 1 && vmxon_succeeded),
	      "no reason: VMXON was executed, and succeeded");
	CLAIM((cpu.outcome.vmxon.kind == VMX_SUCCEEDED) == (vmxons == 1 && vmxon_succeeded),
	      "the record says of VMXON what is true");
	CLAIM(cpu.outcome.in_root_operation == vmxon_succeeded, "and so of VMX operation");
	CLAIM(cpu_reason(&cpu) != REASON_NONE || !cpu.orders.prove || cpu.proof.cycles == 1,
	      "no reason: all guests did what they should");
	if (cpu_reason(&cpu) == REASON_NONE && cpu.orders.prove)
		REACHED("a CPU that entered and ran its guests");
	if (cpu_reason(&cpu) == REASON_NONE && !cpu.orders.prove)
		REACHED("a CPU that entered");
}

void a_cpu_that_fails_says_why_itself(void)
{
	carry_out_any_orders();
	CLAIM(cpu_reason(&cpu) != REASON_NOT_FINISHED, "each step that fails records its reason");
	if (cpu_reason(&cpu) == REASON_VMXON_NO_EFFECT)
		REACHED("VMXON that is skipped");
	if (cpu_reason(&cpu) == REASON_WRITE_REFUSED)
		REACHED("IA32_FEATURE_CONTROL that does not take its value");
}
