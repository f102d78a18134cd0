/* Writes the control fields of the current VMCS. */
#include "arch/x86_64/vmx/guest/vmcs_controls.h"

#include "arch/x86_64/vmx/vmcs.h"
#include "kernel/record/caps.h"

/*
 * The name of a denied control is looked up under the plain MSR, not the TRUE one: both have the
 * same bits, and the names are listed once.
 */
bool vmcs_require(enum controls_field field, uint32_t controls, struct cpu *cpu)
{
	uint64_t allowed = controls_allowed(field, &cpu->evidence);
	uint32_t denied, value = controls_settle(field, allowed, controls, &denied);

	if (denied != 0) {
		cpu->proof.reason = REASON_VM_CONTROLS;
		cpu->proof.what = caps_control_name(controls_msr(field, false), denied);
		return false;
	}
	return vmcs_set(controls_vmcs_field(field), value, &cpu->proof);
}
