/* The controls that a guest of ours runs under. */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/controls.h"
#include "arch/x86_64/vmx/guest.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "kernel/caps.h"

#define TIMER_TICKS (1ull << 26) /* of the time-stamp counter, for a guest between two exits */

/* Writes a control field in which the controls required are 1. */
static bool require(enum controls_field field, uint32_t required, struct cpu *cpu)
{
	uint64_t allowed = controls_allowed(field, &cpu->evidence);
	uint32_t denied, value = controls_settle(field, allowed, required, &denied);

	if (denied != 0) {
		cpu->proof.reason = REASON_VM_CONTROLS;
		cpu->proof.what = caps_control_name(controls_msr(field, false), denied);
		return false;
	}
	return vmcs_set(controls_vmcs_field(field), value, &cpu->proof);
}

/* SDM vol. 3C 25.5.1 "VMX-Preemption Timer" */
static bool write_timer(struct cpu *cpu)
{
	uint64_t misc = cpu->evidence.msr[IA32_VMX_MISC - VMX_MSR_FIRST].value;

	return vmcs_set(PREEMPTION_TIMER, TIMER_TICKS >> (misc & VMX_MISC_TIMER_RATE), &cpu->proof);
}

static bool write_ept_pointer(struct cpu *cpu)
{
	uint64_t pointer = controls_ept_pointer(&cpu->evidence, guest_memory_ept_root());

	return vmcs_set(EPT_POINTER, pointer, &cpu->proof);
}

/* RDMSR and WRMSR always exit, for there is no MSR bitmap. */
bool guest_controls_write(const struct guest *guest, struct cpu *cpu)
{
	bool timer = controls_allow(CONTROLS_PIN, PIN_PREEMPTION_TIMER, &cpu->evidence);
	bool efer = controls_efer(&cpu->evidence);
	const uint32_t required[CONTROLS_COUNT] = {
		[CONTROLS_PIN] = PIN_NMI_EXITING | (timer ? PIN_PREEMPTION_TIMER : 0),
		[CONTROLS_PRIMARY] = PRIMARY_HLT_EXITING | PRIMARY_IO_EXITING |
	                             (guest->ept ? PRIMARY_SECONDARY : 0),
		[CONTROLS_EXIT] = EXIT_HOST_64BIT | (efer ? EXIT_LOAD_EFER : 0),
		[CONTROLS_ENTRY] =
			(guest->real_mode ? 0 : ENTRY_IA32E_GUEST) | (efer ? ENTRY_LOAD_EFER : 0),
		[CONTROLS_SECONDARY] =
			SECONDARY_EPT | (guest->real_mode ? SECONDARY_UNRESTRICTED : 0),
	};

	cpu->proof.timer = timer;
	for (unsigned i = 0; i < CONTROLS_COUNT; i++) {
		if ((i != CONTROLS_SECONDARY || guest->ept) && !require(i, required[i], cpu))
			return false;
	}
	return (!timer || write_timer(cpu)) && (!guest->ept || write_ept_pointer(cpu));
}
