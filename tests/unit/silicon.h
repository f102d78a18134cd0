/*
 * A logical CPU in software, as strict as the SDM: its instructions fault wherever a real CPU's do,
 * which emulators often omit. Defines the functions of register_instructions.h, those of
 * vmx_instructions.h that entering and leaving VMX operation need, read_cr0(), read_cr4() and
 * arch_map().
 */
#ifndef TESTS_UNIT_SILICON_H
#define TESTS_UNIT_SILICON_H

#include "arch/x86_64/registers.h"
#include "kernel/record/cpu.h"
#include "tests/unit/bochs_models.h"
#include "tests/unit/unit.h"

struct silicon {
	const struct bochs_model *model;
	bool vmx, smx;
	uint64_t optional; /* bits of IA32_FEATURE_CONTROL that this CPU has beside those of VMX,
	                      SMX */
	uint64_t feature_control;
	uint64_t cr0, cr4;
	uint64_t reserved_cr4; /* bits that it faults on */
	bool in_root;
	uint32_t region[1024];  /* what the VMXON region's page holds */
	uint64_t sibling_locks; /* not 0: right before a write, a sibling locks the register with it
	                         */
	bool ignores_writes;    /* a host hypervisor drops writes to it */
	bool hides_after_write; /* and then has it no more */
	enum { VMXON_BY_THE_MANUAL, VMXON_CF, VMXON_ZF, VMXON_BOTH, VMXON_GP, VMXON_SKIPPED } vmxon;
	bool vmxoff_fails;
	uint64_t vmcs_cleared; /* the last VMCS that was cleared */
	unsigned writes, invepts, invvpids, vmxons, vmxoffs, faults;
};

/* The CPU on which the code under test runs. */
extern struct silicon silicon;

/*
 * Makes it a CPU of this model, just booted into 64-bit mode, with this value in
 * IA32_FEATURE_CONTROL. Returns its record with the evidence and a plan that does not stop.
 */
struct cpu silicon_planned_cpu(const struct bochs_model *model, uint64_t feature_control);

/* Returns the record of such a CPU after arch_vmx_enter(). */
struct cpu silicon_entered_cpu(const struct bochs_model *model, uint64_t feature_control);

#endif
