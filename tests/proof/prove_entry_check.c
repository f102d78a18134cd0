/*
 * arch/x86_64/vmx/guest/entry_check.h: where no rule is said to be broken, the SDM's rules hold.
 *
 * bound: every VMCS, every value of every register
 * sources: arch/x86_64/vmx/guest/controls.c arch/x86_64/vmx/guest/entry_check.c
 * kernel/record/record.c
 */
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/guest/entry_check.h"
#include "arch/x86_64/vmx/vmcs_fields.h"
#include "tests/proof/any_evidence.h"

/* A VMCS of any content: any value for a field, the same whenever it is read. */
uint64_t __CPROVER_uninterpreted_vmcs(uint32_t field);

static uint64_t field_of(uint32_t field)
{
	return __CPROVER_uninterpreted_vmcs(field);
}

static bool is_allowed(enum controls_field field, uint64_t value, const struct vmx_evidence *from)
{
	uint64_t allowed = controls_allowed(field, from);

	return value >> 32 == 0 && !((uint32_t)allowed & ~value) && !(value & ~(allowed >> 32));
}

void controls_that_break_no_rule_are_allowed_by_their_msrs(void)
{
	struct vmx_evidence evidence = any_evidence();
	struct entry_view view = {field_of, &evidence};

	if (entry_check_controls(&view) != NULL)
		return;
	CLAIM(is_allowed(CONTROLS_PIN, field_of(PIN_CONTROLS), &evidence), "pin-based");
	CLAIM(is_allowed(CONTROLS_PRIMARY, field_of(PRIMARY_CONTROLS), &evidence), "primary");
	CLAIM(is_allowed(CONTROLS_EXIT, field_of(EXIT_CONTROLS), &evidence), "VM exit");
	CLAIM(is_allowed(CONTROLS_ENTRY, field_of(ENTRY_CONTROLS), &evidence), "VM entry");
	CLAIM(!(field_of(PRIMARY_CONTROLS) & PRIMARY_SECONDARY) ||
	              is_allowed(CONTROLS_SECONDARY, field_of(SECONDARY_CONTROLS), &evidence),
	      "secondary, where they are used");
	CLAIM(field_of(CR3_TARGET_COUNT) <= 4, "at most four CR3 targets");
	REACHED("controls that break no rule");
}

void a_host_that_breaks_no_rule_has_what_vmx_operation_fixes(void)
{
	struct vmx_evidence evidence = any_evidence();
	struct entry_view view = {field_of, &evidence};
	uint64_t cr0 = field_of(HOST_CR0), cr4 = field_of(HOST_CR4), rip = field_of(HOST_RIP);

	if (entry_check_host(&view) != NULL)
		return;
	CLAIM(!(reading_of(&evidence, IA32_VMX_CR0_FIXED0).value & ~cr0), "CR0 has what must be 1");
	CLAIM(!(cr0 & ~reading_of(&evidence, IA32_VMX_CR0_FIXED1).value), "and not what must be 0");
	CLAIM(!(reading_of(&evidence, IA32_VMX_CR4_FIXED0).value & ~cr4), "CR4 has what must be 1");
	CLAIM(!(cr4 & ~reading_of(&evidence, IA32_VMX_CR4_FIXED1).value), "and not what must be 0");
	CLAIM(rip >> 47 == 0 || rip >> 47 == 0x1FFFF, "RIP is canonical");
	CLAIM(field_of(HOST_CS_SELECTOR) != 0 && !(field_of(HOST_CS_SELECTOR) & 7), "CS is good");
	CLAIM(field_of(HOST_TR_SELECTOR) != 0 && !(field_of(HOST_TR_SELECTOR) & 7), "TR is good");
	REACHED("a host that breaks no rule");
}

void a_guest_that_breaks_no_rule_has_what_its_mode_needs(void)
{
	struct vmx_evidence evidence = any_evidence();
	struct entry_view view = {field_of, &evidence};
	uint64_t cr0 = field_of(GUEST_CR0), cr4 = field_of(GUEST_CR4);

	if (entry_check_guest(&view) != NULL)
		return;
	CLAIM(!(cr0 & CR0_PG) || (cr0 & CR0_PE), "paging has protection");
	CLAIM(!(field_of(ENTRY_CONTROLS) & ENTRY_IA32E_GUEST) ||
	              ((cr0 & CR0_PG) && (cr4 & CR4_PAE)),
	      "IA-32e mode has paging and PAE");
	CLAIM(!(reading_of(&evidence, IA32_VMX_CR4_FIXED0).value & ~cr4), "CR4 has what must be 1");
	CLAIM(!(cr4 & ~reading_of(&evidence, IA32_VMX_CR4_FIXED1).value), "and not what must be 0");
	CLAIM(field_of(GUEST_RFLAGS) & EFLAGS_ALWAYS, "bit 1 of RFLAGS is 1");
	CLAIM(field_of(GUEST_ACTIVITY) <= ACTIVITY_LAST, "the activity state exists");
	CLAIM(field_of(VMCS_LINK_POINTER) == UINT64_MAX, "the link pointer is all ones");
	REACHED("a guest that breaks no rule");
}
