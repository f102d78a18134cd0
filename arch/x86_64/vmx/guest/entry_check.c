/*
 * Checks the rules of VM entry in software. A failed VM entry gives only a number: "invalid control
 * field", "invalid guest state". This finds which field it was. If no rule known here is broken,
 * the CPU or the host hypervisor refused a VMCS that looks right.
 */
#include "arch/x86_64/vmx/guest/entry_check.h"

#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/vmcs_fields.h"
#include "arch/x86_64/vmx/vmx_exits.h"
#include "kernel/lib/count.h"

#include <stddef.h>

#define BLOCKING_BY_STI_AND_MOV_SS (BLOCKING_BY_STI | BLOCKING_BY_MOV_SS)

/*
 * Bits 63:47 of a canonical address are equal: SDM vol. 1 3.2.1 "64-Bit Mode Execution Environment"
 */
static bool canonical(uint64_t address)
{
	return (uint64_t)((int64_t)(address << 16) >> 16) == address;
}

static bool too_wide(const struct entry_view *view, uint64_t address)
{
	return view->evidence->physical_address_bits < 64 &&
	       address >> view->evidence->physical_address_bits != 0;
}

static uint64_t entry_check_msr(const struct entry_view *view, uint32_t number)
{
	return view->evidence->msr[number - VMX_MSR_FIRST].value;
}

/*
 * Returns the bits of a control register, except the exempt ones, that VMX operation does not
 * allow.
 */
static uint64_t wrong_bits(const struct entry_view *view, uint32_t fixed0, uint64_t value,
                           uint64_t exempt)
{
	return ((entry_check_msr(view, fixed0) & ~value) |
	        (value & ~entry_check_msr(view, fixed0 + 1))) &
	       ~exempt;
}

static bool allowed(const struct entry_view *view, enum controls_field field, uint64_t value)
{
	uint64_t capability = controls_allowed(field, view->evidence);

	return (~value & (uint32_t)capability) == 0 &&
	       (value & ~(capability >> VMX_ALLOWED1_SHIFT)) == 0;
}

/* Without "activate secondary controls" the CPU ignores the field and behaves as if it were 0. */
static uint64_t secondary(const struct entry_view *view)
{
	bool used = view->field(PRIMARY_CONTROLS) & PRIMARY_SECONDARY;

	return used ? view->field(SECONDARY_CONTROLS) : 0;
}

/* SDM vol. 3C 26.2.1.1 "VM-Execution Control Fields": what one control demands of another. */
static const char *check_nmis(const struct entry_view *view)
{
	uint64_t pin = view->field(PIN_CONTROLS), primary = view->field(PRIMARY_CONTROLS);

	if (pin & PIN_VIRTUAL_NMIS && !(pin & PIN_NMI_EXITING))
		return "virtual NMIs require NMI exiting";
	if (primary & PRIMARY_NMI_WINDOW_EXITING && !(pin & PIN_VIRTUAL_NMIS))
		return "NMI-window exiting requires virtual NMIs";
	return NULL;
}

/* SDM vol. 3C 26.2.1.1 "VM-Execution Control Fields" */
static const char *check_execution(const struct entry_view *view)
{
	uint64_t eptp = view->field(EPT_POINTER);

	if (!allowed(view, CONTROLS_PIN, view->field(PIN_CONTROLS)))
		return "a pin-based control has a value that its MSR does not allow";
	if (!allowed(view, CONTROLS_PRIMARY, view->field(PRIMARY_CONTROLS)))
		return "a primary processor-based control has a value that its MSR does not allow";
	if (!allowed(view, CONTROLS_SECONDARY, secondary(view)))
		return "a secondary processor-based control has a value that its MSR does not "
		       "allow";
	if (view->field(CR3_TARGET_COUNT) > 4)
		return "there are more than 4 CR3 targets";
	if (secondary(view) & SECONDARY_UNRESTRICTED && !(secondary(view) & SECONDARY_EPT))
		return "unrestricted guest requires EPT";
	if (secondary(view) & SECONDARY_EPT &&
	    (eptp != controls_ept_pointer(view->evidence, eptp & PAGE_ADDRESS) ||
	     too_wide(view, eptp)))
		return "the EPT pointer has an unsupported memory type, walk length or address";
	return check_nmis(view);
}

const char *entry_check_controls(const struct entry_view *view)
{
	const char *broken = check_execution(view);

	if (broken != NULL)
		return broken;
	/* SDM vol. 3C 26.2.1.2 "VM-Exit Control Fields", SDM vol. 3C 26.2.1.3 "VM-Entry Control
	 * Fields" */
	if (!allowed(view, CONTROLS_EXIT, view->field(EXIT_CONTROLS)))
		return "a VM-exit control has a value that its MSR does not allow";
	if (view->field(EXIT_CONTROLS) & EXIT_SAVE_PREEMPTION_TIMER &&
	    !(view->field(PIN_CONTROLS) & PIN_PREEMPTION_TIMER))
		return "the VMX-preemption timer is saved, but not active";
	if (!allowed(view, CONTROLS_ENTRY, view->field(ENTRY_CONTROLS)))
		return "a VM-entry control has a value that its MSR does not allow";
	return NULL;
}

/*
 * SDM vol. 3C 26.2.2 "Checks on Host Control Registers and MSRs", SDM vol. 3C 26.2.3 "Checks on
 * Host Segment and Descriptor-Table Registers", SDM vol. 3C 26.2.4 "Checks Related to Address-Space
 * Size"
 */
const char *entry_check_host(const struct entry_view *view)
{
	static const uint32_t addresses[] = {HOST_FS_BASE,      HOST_GS_BASE,     HOST_TR_BASE,
	                                     HOST_GDTR_BASE,    HOST_IDTR_BASE,   HOST_RIP,
	                                     HOST_SYSENTER_ESP, HOST_SYSENTER_EIP};

	if (wrong_bits(view, IA32_VMX_CR0_FIXED0, view->field(HOST_CR0), 0))
		return "the host's CR0 has bits that VMX operation does not allow";
	if (wrong_bits(view, IA32_VMX_CR4_FIXED0, view->field(HOST_CR4), 0))
		return "the host's CR4 has bits that VMX operation does not allow";
	if (too_wide(view, view->field(HOST_CR3)))
		return "the host's CR3 is beyond the physical-address width";
	for (unsigned i = 0; i < COUNT_OF(addresses); i++) {
		if (!canonical(view->field(addresses[i])))
			return "a host address is not canonical";
	}
	for (uint32_t field = HOST_ES_SELECTOR; field <= HOST_TR_SELECTOR; field += 2) {
		if (view->field(field) & 7)
			return "a host selector has an RPL or TI that is not 0";
	}
	if (view->field(HOST_CS_SELECTOR) == 0 || view->field(HOST_TR_SELECTOR) == 0)
		return "the host's CS or TR is a null selector";
	if (!(view->field(EXIT_CONTROLS) & EXIT_HOST_64BIT))
		return "the host is in 64-bit mode, but the VM-exit controls say 32-bit";
	if (!(view->field(HOST_CR4) & CR4_PAE))
		return "a 64-bit host requires CR4.PAE";
	if (view->field(EXIT_CONTROLS) & EXIT_LOAD_EFER &&
	    (~view->field(HOST_EFER) & (EFER_LMA | EFER_LME)) != 0)
		return "a 64-bit host requires IA32_EFER.LMA and LME";
	return NULL;
}

/*
 * SDM vol. 3C 26.3.1.1 "Checks on Guest Control Registers, Debug Registers, and MSRs". CD and NW
 * are never checked. PE and PG may both be 0 in an unrestricted guest, which can run in real mode.
 */
static const char *check_control_registers(const struct entry_view *view)
{
	uint64_t cr0 = view->field(GUEST_CR0), cr4 = view->field(GUEST_CR4);
	bool long_mode = view->field(ENTRY_CONTROLS) & ENTRY_IA32E_GUEST;
	uint64_t exempt = CR0_NW | CR0_CD;
	uint64_t efer = view->field(GUEST_EFER);

	if (secondary(view) & SECONDARY_UNRESTRICTED)
		exempt |= CR0_PE | CR0_PG;
	if (wrong_bits(view, IA32_VMX_CR0_FIXED0, cr0, exempt))
		return "the guest's CR0 has bits that VMX operation does not allow";
	if (cr0 & CR0_PG && !(cr0 & CR0_PE))
		return "the guest's CR0 has PG set but PE clear";
	if (wrong_bits(view, IA32_VMX_CR4_FIXED0, cr4, 0))
		return "the guest's CR4 has bits that VMX operation does not allow";
	if (long_mode && !(cr0 & CR0_PG && cr4 & CR4_PAE))
		return "an IA-32e mode guest requires CR0.PG and CR4.PAE";
	if (too_wide(view, view->field(GUEST_CR3)))
		return "the guest's CR3 is beyond the physical-address width";
	if (view->field(ENTRY_CONTROLS) & ENTRY_LOAD_EFER && ((efer & EFER_LMA) != 0) != long_mode)
		return "the guest's IA32_EFER.LMA does not match the VM-entry controls";
	if (view->field(ENTRY_CONTROLS) & ENTRY_LOAD_EFER && cr0 & CR0_PG &&
	    ((efer & EFER_LME) != 0) != long_mode)
		return "the guest's IA32_EFER.LME does not match IA32_EFER.LMA";
	if (view->field(ENTRY_CONTROLS) & ENTRY_LOAD_DEBUG && view->field(GUEST_DR7) >> 32 != 0)
		return "the guest's DR7 has bits in its upper half";
	return NULL;
}

/*
 * SDM vol. 3C 26.3.1.2 "Checks on Guest Segment Registers". It checks only CS and TR, the segments
 * that this kernel's guests set, and no virtual-8086 guest, for which other rules hold.
 */
static const char *check_segments(const struct entry_view *view)
{
	uint64_t cs = view->field(GUEST_CS_RIGHTS), tr = view->field(GUEST_TR_RIGHTS);
	bool long_mode = view->field(ENTRY_CONTROLS) & ENTRY_IA32E_GUEST;

	if (view->field(GUEST_RFLAGS) & EFLAGS_VM)
		return NULL;
	if (cs & RIGHTS_UNUSABLE || !(cs & RIGHTS_PRESENT) || (cs & 0x19) != 0x19) {
		if (!(secondary(view) & SECONDARY_UNRESTRICTED && (cs & RIGHTS_TYPE) == 3))
			return "the guest's CS is not an accessed, present code segment";
	}
	if (long_mode && cs & RIGHTS_LONG && cs & RIGHTS_DEFAULT_32)
		return "the guest's CS has L and D set";
	if (tr & RIGHTS_UNUSABLE || !(tr & RIGHTS_PRESENT) ||
	    ((tr & RIGHTS_SYSTEM) != RIGHTS_TSS_BUSY &&
	     (long_mode || (tr & RIGHTS_SYSTEM) != RIGHTS_TSS_BUSY_16)))
		return "the guest's TR is not a present, busy TSS";
	return NULL;
}

/*
 * SDM vol. 3C 26.3.1.1 "Checks on Guest Control Registers, Debug Registers, and MSRs", SDM vol. 3C
 * 26.3.1.3 "Checks on Guest Descriptor-Table Registers"
 */
static const char *check_addresses(const struct entry_view *view)
{
	static const uint32_t addresses[] = {GUEST_SYSENTER_ESP, GUEST_SYSENTER_EIP,
	                                     GUEST_GDTR_BASE, GUEST_IDTR_BASE, GUEST_TR_BASE};

	for (unsigned i = 0; i < COUNT_OF(addresses); i++) {
		if (!canonical(view->field(addresses[i])))
			return "a guest address is not canonical";
	}
	if (view->field(GUEST_GDTR_LIMIT) > UINT16_MAX ||
	    view->field(GUEST_IDTR_LIMIT) > UINT16_MAX)
		return "the guest's GDTR or IDTR limit is above FFFFH";
	return NULL;
}

const char *entry_check_guest(const struct entry_view *view)
{
	const char *broken = check_control_registers(view);
	uint64_t rflags = view->field(GUEST_RFLAGS);

	if (broken == NULL)
		broken = check_segments(view);
	if (broken == NULL)
		broken = check_addresses(view);
	if (broken != NULL)
		return broken;
	/* SDM vol. 3C 26.3.1.4 "Checks on Guest RIP and RFLAGS" */
	if (!(rflags & EFLAGS_ALWAYS) || rflags & EFLAGS_RESERVED)
		return "the guest's RFLAGS has a wrong reserved bit";
	if (rflags & EFLAGS_VM && view->field(ENTRY_CONTROLS) & ENTRY_IA32E_GUEST)
		return "an IA-32e mode guest cannot be in virtual-8086 mode";
	if (!canonical(view->field(GUEST_RIP)))
		return "the guest's RIP is not canonical";
	/* SDM vol. 3C 26.3.1.5 "Checks on Guest Non-Register State" */
	if (view->field(GUEST_ACTIVITY) > ACTIVITY_LAST)
		return "the guest's activity state is undefined";
	if ((view->field(GUEST_INTERRUPTIBILITY) & BLOCKING_BY_STI_AND_MOV_SS) ==
	    BLOCKING_BY_STI_AND_MOV_SS)
		return "the guest has blocking by STI and by MOV SS";
	if (view->field(VMCS_LINK_POINTER) != UINT64_MAX)
		return "the VMCS link pointer is not all ones";
	return NULL;
}

/*
 * How the entry failed says which group of rules to check: the controls and the host state have an
 * error number each, the guest state has an exit reason.
 */
const char *entry_check(const struct entry_view *view, struct vmx_status status)
{
	if (status.kind == VMX_ENTRY_FAILED && status.number == EXIT_REASON_INVALID_GUEST)
		return entry_check_guest(view);
	if (status.kind != VMX_FAIL_VALID)
		return NULL;
	if (status.number == VMX_ERROR_CONTROLS)
		return entry_check_controls(view);
	return status.number == VMX_ERROR_HOST_STATE ? entry_check_host(view) : NULL;
}
