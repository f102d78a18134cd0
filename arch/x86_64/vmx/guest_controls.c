#include "arch/x86_64/vmx/guest_controls.h"

#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/controls.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "kernel/caps.h"

#define TIMER_TICKS (1ull << 26) /* of the time-stamp counter, for a guest between two exits */

/* Writes a control field in which the controls required are 1. */
static bool require(enum controls_field field, uint32_t required, struct cpu *cpu)
{
	static const uint32_t vmcs_fields[CONTROLS_COUNT] = {
		[CONTROLS_PIN] = PIN_CONTROLS,
		[CONTROLS_PRIMARY] = PRIMARY_CONTROLS,
		[CONTROLS_EXIT] = EXIT_CONTROLS,
		[CONTROLS_ENTRY] = ENTRY_CONTROLS,
		[CONTROLS_SECONDARY] = SECONDARY_CONTROLS,
	};
	uint64_t allowed = controls_allowed(field, &cpu->evidence);
	uint32_t denied, value = controls_settle(field, allowed, required, &denied);

	if (denied != 0) {
		cpu->proof.reason = REASON_VM_CONTROLS;
		cpu->proof.what = caps_control_name(controls_msr(field, false), denied);
		return false;
	}
	return vmcs_set(vmcs_fields[field], value, &cpu->proof);
}

static bool allows(enum controls_field field, uint32_t control, const struct vmx_evidence *evidence)
{
	return controls_allowed(field, evidence) >> VMX_ALLOWED1_SHIFT & control;
}

bool guest_controls_efer(const struct vmx_evidence *evidence)
{
	return allows(CONTROLS_ENTRY, ENTRY_LOAD_EFER, evidence) &&
	       allows(CONTROLS_EXIT, EXIT_LOAD_EFER, evidence);
}

/* SDM vol. 3C 25.5.1 "VMX-Preemption Timer" */
static bool write_pin(struct cpu *cpu)
{
	uint64_t rate =
		cpu->evidence.msr[IA32_VMX_MISC - VMX_MSR_FIRST].value & VMX_MISC_TIMER_RATE;
	struct vmx_proof *proof = &cpu->proof;

	proof->timer = allows(CONTROLS_PIN, PIN_PREEMPTION_TIMER, &cpu->evidence);
	return require(CONTROLS_PIN, PIN_NMI_EXITING | (proof->timer ? PIN_PREEMPTION_TIMER : 0),
	               cpu) &&
	       (!proof->timer || vmcs_set(PREEMPTION_TIMER, TIMER_TICKS >> rate, proof));
}

/* RDMSR and WRMSR always exit, for there is no MSR bitmap. */
static bool write_primary(const struct guest *guest, struct cpu *cpu)
{
	return require(CONTROLS_PRIMARY,
	               PRIMARY_HLT_EXITING | PRIMARY_IO_EXITING |
	                       (guest->ept ? PRIMARY_SECONDARY : 0),
	               cpu);
}

static bool write_secondary(const struct guest *guest, struct cpu *cpu)
{
	uint64_t eptp = controls_ept_pointer(&cpu->evidence, guest_memory_ept_root());

	return require(CONTROLS_SECONDARY,
	               SECONDARY_EPT | (guest->real_mode ? SECONDARY_UNRESTRICTED : 0), cpu) &&
	       vmcs_set(EPT_POINTER, eptp, &cpu->proof);
}

bool guest_controls_write(const struct guest *guest, struct cpu *cpu)
{
	bool efer = guest_controls_efer(&cpu->evidence);

	return write_pin(cpu) && write_primary(guest, cpu) &&
	       (!guest->ept || write_secondary(guest, cpu)) &&
	       require(CONTROLS_EXIT, EXIT_HOST_64BIT | (efer ? EXIT_LOAD_EFER : 0), cpu) &&
	       require(CONTROLS_ENTRY,
	               (guest->real_mode ? 0 : ENTRY_IA32E_GUEST) | (efer ? ENTRY_LOAD_EFER : 0),
	               cpu);
}
