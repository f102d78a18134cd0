/* Reads what the capability MSRs allow, and settles the value of each control field. */
#include "arch/x86_64/vmx/guest/controls.h"

#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/vmcs_fields.h"
#include "kernel/record/record.h"

/*
 * Each control field and its MSR. The bits of the default1 class must be 1 unless software knows
 * what 0 means (SDM vol. 3D A.2 "Reserved Controls and Default Settings"); known are those of them
 * that this kernel knows. Without the TRUE MSRs, a CPU requires all of them to be 1.
 */
static const struct {
	uint32_t vmcs_field;
	uint32_t msr;
	uint32_t default1;
	uint32_t known;
} fields[CONTROLS_COUNT] = {
	[CONTROLS_PIN] = {PIN_CONTROLS, IA32_VMX_PINBASED_CTLS, PIN_DEFAULT1, 0},
	[CONTROLS_PRIMARY] = {PRIMARY_CONTROLS, IA32_VMX_PROCBASED_CTLS, PRIMARY_DEFAULT1,
                              PRIMARY_CR3_LOAD_EXITING | PRIMARY_CR3_STORE_EXITING},
	[CONTROLS_EXIT] = {EXIT_CONTROLS, IA32_VMX_EXIT_CTLS, EXIT_DEFAULT1, EXIT_SAVE_DEBUG},
	[CONTROLS_ENTRY] = {ENTRY_CONTROLS, IA32_VMX_ENTRY_CTLS, ENTRY_DEFAULT1, ENTRY_LOAD_DEBUG},
	[CONTROLS_SECONDARY] = {SECONDARY_CONTROLS, IA32_VMX_PROCBASED_CTLS2, 0, 0},
};

uint32_t controls_vmcs_field(enum controls_field field)
{
	return fields[field].vmcs_field;
}

uint32_t controls_msr(enum controls_field field, bool true_controls)
{
	if (field == CONTROLS_SECONDARY || !true_controls)
		return fields[field].msr;
	return fields[field].msr - IA32_VMX_PINBASED_CTLS + IA32_VMX_TRUE_PINBASED_CTLS;
}

/*
 * SDM vol. 3C 31.5.1 "Algorithms for Determining VMX Capabilities". A default1 bit is set even
 * where the CPU allows 0: a later CPU may give the 0 a meaning that this kernel does not expect.
 */
uint32_t controls_settle(enum controls_field field, uint64_t allowed, uint32_t wanted,
                         uint32_t *denied)
{
	uint32_t must_be_1 = (uint32_t)allowed;
	uint32_t may_be_1 = (uint32_t)(allowed >> VMX_ALLOWED1_SHIFT);
	uint32_t by_default = fields[field].default1 & ~fields[field].known;

	*denied = (wanted | must_be_1) & ~may_be_1;
	return (must_be_1 | by_default | wanted) & may_be_1;
}

uint64_t controls_allowed(enum controls_field field, const struct vmx_evidence *evidence)
{
	uint32_t msr = controls_msr(field, evidence->basic.true_controls);

	return evidence->msr[msr - VMX_MSR_FIRST].value;
}

bool controls_allow(enum controls_field field, uint32_t control,
                    const struct vmx_evidence *evidence)
{
	return controls_allowed(field, evidence) >> VMX_ALLOWED1_SHIFT & control;
}

static uint64_t ept_capabilities(const struct vmx_evidence *evidence)
{
	return evidence->msr[IA32_VMX_EPT_VPID_CAP - VMX_MSR_FIRST].value;
}

static bool allows_secondary(const struct vmx_evidence *evidence, uint32_t control)
{
	return controls_allow(CONTROLS_PRIMARY, PRIMARY_SECONDARY, evidence) &&
	       controls_allow(CONTROLS_SECONDARY, control, evidence);
}

bool controls_ept(const struct vmx_evidence *evidence)
{
	uint64_t can = ept_capabilities(evidence);

	return allows_secondary(evidence, SECONDARY_EPT) && can & EPT_VPID_WALK_LENGTH_4 &&
	       can & (EPT_VPID_WRITE_BACK | EPT_VPID_UNCACHEABLE);
}

bool controls_real_mode(const struct vmx_evidence *evidence)
{
	return controls_ept(evidence) && allows_secondary(evidence, SECONDARY_UNRESTRICTED);
}

/* Both controls or neither: a guest with its own EFER needs the host's EFER back after the exit. */
bool controls_efer(const struct vmx_evidence *evidence)
{
	return controls_allow(CONTROLS_ENTRY, ENTRY_LOAD_EFER, evidence) &&
	       controls_allow(CONTROLS_EXIT, EXIT_LOAD_EFER, evidence);
}

/*
 * SDM vol. 3C 24.6.11 "Extended-Page-Table Pointer (EPTP)". The memory type is the one with which
 * the CPU reads the EPT tables. Write-back is the fast one; the fallback is for emulators that lack
 * it.
 */
uint64_t controls_ept_pointer(const struct vmx_evidence *evidence, uint64_t root_phys)
{
	uint64_t memory_type = ept_capabilities(evidence) & EPT_VPID_WRITE_BACK
	                               ? VMX_MEMORY_WRITE_BACK
	                               : VMX_MEMORY_UNCACHEABLE;

	return root_phys | EPTP_WALK_LENGTH_4 | memory_type;
}
