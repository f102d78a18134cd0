/*
 * VM entries with a wrong guest state, in the order of SDM vol. 3C 26.3.1 "Checks on the Guest
 * State Area". Segments are in selftest_segments.c.
 */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/selftest/selftest_entry.h"

#define ROW(name, needs, base, ...) ENTRY_ROW(name, needs, BAD_GUEST, base, 0, false, __VA_ARGS__)
#define QUALIFIED(name, needs, base, number, ...) \
	ENTRY_ROW(name, needs, BAD_GUEST, base, number, false, __VA_ARGS__)

/* clang-format off */
const struct entry_trial selftest_guest_state[] = {
	/* SDM vol. 3C 26.3.1.1 "Checks on Guest Control Registers, Debug Registers, and MSRs" */
	ROW("entry, guest CR0.NE clear", NULL, BASE_LONG, CLEAR(GUEST_CR0, CR0_NE)),
	ROW("entry, guest CR0.PE and PG clear", "!vmx-unrestricted-guest", BASE_LONG, CLEAR(GUEST_CR0, CR0_PE | CR0_PG)),
	ROW("entry, guest paging without protection", NULL, BASE_LONG, CLEAR(GUEST_CR0, CR0_PE)),
	ROW("entry, unrestricted guest paging without protection", "vmx-unrestricted-guest", BASE_LONG, SET(SECONDARY_CONTROLS, SECONDARY_UNRESTRICTED), CLEAR(GUEST_CR0, CR0_PE)),
	ROW("entry, guest CR4.VMXE clear", NULL, BASE_LONG, CLEAR(GUEST_CR4, CR4_VMXE)),
	ROW("entry, guest IA32_DEBUGCTL with reserved bits", NULL, BASE_LONG, SET(ENTRY_CONTROLS, ENTRY_LOAD_DEBUG), SET_HIGH(GUEST_DEBUGCTL, BIT(31))),
	ROW("entry, guest in IA-32e mode without paging", "vmx-unrestricted-guest", BASE_LONG, SET(SECONDARY_CONTROLS, SECONDARY_UNRESTRICTED), CLEAR(GUEST_CR0, CR0_PG)),
	ROW("entry, guest in IA-32e mode without PAE", NULL, BASE_LONG, CLEAR(GUEST_CR4, CR4_PAE)),
	ROW("entry, guest CR4.PCIDE outside IA-32e mode", NULL, BASE_PROTECTED, SET(GUEST_CR4, CR4_PCIDE)),
	ROW("entry, guest CR3 beyond physical addresses", NULL, BASE_LONG, SET_HIGH(GUEST_CR3, BIT(28))),
	ROW("entry, guest CR3 bit 63", NULL, BASE_LONG, SET_HIGH(GUEST_CR3, BIT(31))),
	ROW("entry, guest DR7 wider than 32 bits", NULL, BASE_LONG, SET_HIGH(GUEST_DR7, BIT(0)), SET(ENTRY_CONTROLS, ENTRY_LOAD_DEBUG)),
	ROW("entry, guest SYSENTER_ESP not canonical", NULL, BASE_LONG, WRITE_HIGH(GUEST_SYSENTER_ESP, BIT(31))),
	ROW("entry, guest SYSENTER_EIP not canonical", NULL, BASE_LONG, WRITE_HIGH(GUEST_SYSENTER_EIP, BIT(31))),
	ROW("entry, guest IA32_PERF_GLOBAL_CTRL with reserved bits", "vmx-entry-load-perf-global-ctrl, vmx-exit-load-perf-global-ctrl", BASE_LONG, SET(ENTRY_CONTROLS, ENTRY_LOAD_PERF_GLOBAL_CTRL), SET(EXIT_CONTROLS, EXIT_LOAD_PERF_GLOBAL_CTRL), SET_HIGH(GUEST_PERF_GLOBAL_CTRL, BIT(31))),
	ROW("entry, guest IA32_PAT with a reserved type", "vmx-entry-load-pat, vmx-exit-load-pat", BASE_LONG, SET(ENTRY_CONTROLS, ENTRY_LOAD_PAT), SET(EXIT_CONTROLS, EXIT_LOAD_PAT), WRITE_HIGH(GUEST_PAT, 2 << 24)),
	ROW("entry, guest IA32_PAT with reserved bits", "vmx-entry-load-pat, vmx-exit-load-pat", BASE_LONG, SET(ENTRY_CONTROLS, ENTRY_LOAD_PAT), SET(EXIT_CONTROLS, EXIT_LOAD_PAT), WRITE_HIGH(GUEST_PAT, BIT(31))),
	ROW("entry, guest IA32_EFER with reserved bits", "vmx-entry-load-efer", BASE_LONG, SET(GUEST_EFER, BIT(1))),
	ROW("entry, guest IA32_EFER.LMA clear", "vmx-entry-load-efer", BASE_LONG, CLEAR(GUEST_EFER, EFER_LMA)),
	ROW("entry, guest IA32_EFER.LME clear", "vmx-entry-load-efer", BASE_LONG, CLEAR(GUEST_EFER, EFER_LME)),
	ROW("entry, guest IA32_EFER.LMA outside IA-32e mode", "vmx-entry-load-efer", BASE_PROTECTED, SET(GUEST_EFER, EFER_LMA)),
	ROW("entry, guest IA32_BNDCFGS with reserved bits", "vmx-entry-load-bndcfgs, vmx-exit-clear-bndcfgs", BASE_LONG, SET(ENTRY_CONTROLS, ENTRY_LOAD_BNDCFGS), SET(EXIT_CONTROLS, EXIT_CLEAR_BNDCFGS), WRITE(GUEST_BNDCFGS, BIT(2))),
	ROW("entry, guest IA32_BNDCFGS not canonical", "vmx-entry-load-bndcfgs, vmx-exit-clear-bndcfgs", BASE_LONG, SET(ENTRY_CONTROLS, ENTRY_LOAD_BNDCFGS), SET(EXIT_CONTROLS, EXIT_CLEAR_BNDCFGS), WRITE_HIGH(GUEST_BNDCFGS, BIT(31))),

	/* SDM vol. 3C 26.3.1.3 "Checks on Guest Descriptor-Table Registers" */
	ROW("entry, guest GDTR base not canonical", NULL, BASE_LONG, WRITE_HIGH(GUEST_GDTR_BASE, BIT(31))),
	ROW("entry, guest IDTR base not canonical", NULL, BASE_LONG, WRITE_HIGH(GUEST_IDTR_BASE, BIT(31))),
	ROW("entry, guest GDTR limit wider than 16 bits", NULL, BASE_LONG, SET(GUEST_GDTR_LIMIT, BIT(16))),
	ROW("entry, guest IDTR limit wider than 16 bits", NULL, BASE_LONG, SET(GUEST_IDTR_LIMIT, BIT(16))),

	/* SDM vol. 3C 26.3.1.4 "Checks on Guest RIP and RFLAGS" */
	ROW("entry, guest RIP wider than 32 bits in protected mode", NULL, BASE_PROTECTED, SET_HIGH(GUEST_RIP, BIT(0))),
	ROW("entry, guest RIP wider than 32 bits in compatibility mode", NULL, BASE_LONG, WRITE(GUEST_CS_RIGHTS, 0xC09B), SET_HIGH(GUEST_RIP, BIT(0))),
	ROW("entry, guest RIP not canonical", NULL, BASE_LONG, WRITE_HIGH(GUEST_RIP, BIT(31))),
	ROW("entry, guest RFLAGS bit 1 clear", NULL, BASE_LONG, CLEAR(GUEST_RFLAGS, EFLAGS_ALWAYS)),
	ROW("entry, guest RFLAGS reserved bit set", NULL, BASE_LONG, SET(GUEST_RFLAGS, BIT(3))),
	ROW("entry, guest RFLAGS.VM in IA-32e mode", NULL, BASE_LONG, SET(GUEST_RFLAGS, EFLAGS_VM)),
	ROW("entry, guest RFLAGS.VM in real mode", "vmx-unrestricted-guest", BASE_V86, SET(SECONDARY_CONTROLS, SECONDARY_UNRESTRICTED), CLEAR(GUEST_CR0, CR0_PE | CR0_PG)),
	ROW("entry, injection of an interrupt with RFLAGS.IF clear", NULL, BASE_LONG, WRITE(ENTRY_INTERRUPTION, INJECT(0, 32))),

	/*
	 * SDM vol. 3C 26.3.1.5 "Checks on Guest Non-Register State". Those that enter an inactive state
	 * inject an event: if the entry is wrongly accepted, the event makes the guest active. In
	 * wait-for-SIPI, where no event may be injected, only the timer ends it.
	 */
	ROW("entry, guest activity state 4", NULL, BASE_LONG, WRITE(GUEST_ACTIVITY, 4), WRITE(ENTRY_INTERRUPTION, INJECT(3, 18))),
	ROW("entry, guest in HLT without the capability", "!vmx-activity-hlt", BASE_LONG, WRITE(GUEST_ACTIVITY, ACTIVITY_HLT), WRITE(ENTRY_INTERRUPTION, INJECT(3, 18))),
	ROW("entry, guest in shutdown without the capability", "!vmx-activity-shutdown", BASE_LONG, WRITE(GUEST_ACTIVITY, ACTIVITY_SHUTDOWN), WRITE(ENTRY_INTERRUPTION, INJECT(3, 18))),
	ROW("entry, guest in wait-for-SIPI without the capability", "!vmx-activity-wait-sipi", BASE_LONG, WRITE(GUEST_ACTIVITY, ACTIVITY_WAIT_FOR_SIPI), WRITE(ENTRY_INTERRUPTION, INJECT(2, 2))),
	ROW("entry, guest in HLT at CPL 3", "vmx-activity-hlt", BASE_USER, WRITE(GUEST_ACTIVITY, ACTIVITY_HLT), WRITE(ENTRY_INTERRUPTION, INJECT(3, 18))),
	ROW("entry, guest in HLT, blocking by MOV SS", "vmx-activity-hlt", BASE_LONG, WRITE(GUEST_ACTIVITY, ACTIVITY_HLT), WRITE(GUEST_INTERRUPTIBILITY, BLOCKING_BY_MOV_SS), WRITE(ENTRY_INTERRUPTION, INJECT(3, 1))),
	ROW("entry, guest in HLT, blocking by STI", "vmx-activity-hlt", BASE_LONG, WRITE(GUEST_ACTIVITY, ACTIVITY_HLT), WRITE(GUEST_INTERRUPTIBILITY, BLOCKING_BY_STI), SET(GUEST_RFLAGS, EFLAGS_IF), WRITE(ENTRY_INTERRUPTION, INJECT(3, 1))),
	ROW("entry, invalid opcode injected in HLT", "vmx-activity-hlt", BASE_LONG, WRITE(GUEST_ACTIVITY, ACTIVITY_HLT), WRITE(ENTRY_INTERRUPTION, INJECT(3, 6))),
	ROW("entry, software interrupt injected in HLT", "vmx-activity-hlt", BASE_LONG, WRITE(GUEST_ACTIVITY, ACTIVITY_HLT), WRITE(ENTRY_INTERRUPTION, INJECT(4, 3)), WRITE(ENTRY_INSTRUCTION_LENGTH, 1)),
	ROW("entry, debug exception injected in shutdown", "vmx-activity-shutdown", BASE_LONG, WRITE(GUEST_ACTIVITY, ACTIVITY_SHUTDOWN), WRITE(ENTRY_INTERRUPTION, INJECT(3, 1))),
	ROW("entry, NMI injected in wait-for-SIPI", "vmx-activity-wait-sipi, vmx-preemption-timer", BASE_LONG, WRITE(GUEST_ACTIVITY, ACTIVITY_WAIT_FOR_SIPI), WRITE(ENTRY_INTERRUPTION, INJECT(2, 2))),
	ROW("entry, guest blocked by STI and by MOV SS", NULL, BASE_LONG, WRITE(GUEST_INTERRUPTIBILITY, BLOCKING_BY_STI | BLOCKING_BY_MOV_SS), SET(GUEST_RFLAGS, EFLAGS_IF)),
	ROW("entry, guest interruptibility reserved bits", NULL, BASE_LONG, WRITE(GUEST_INTERRUPTIBILITY, BIT(31))),
	ROW("entry, guest blocked by STI with RFLAGS.IF clear", NULL, BASE_LONG, WRITE(GUEST_INTERRUPTIBILITY, BLOCKING_BY_STI)),
	ROW("entry, interrupt injected into blocking by STI", NULL, BASE_LONG, WRITE(GUEST_INTERRUPTIBILITY, BLOCKING_BY_STI), SET(GUEST_RFLAGS, EFLAGS_IF), WRITE(ENTRY_INTERRUPTION, INJECT(0, 32))),
	ROW("entry, interrupt injected into blocking by MOV SS", NULL, BASE_LONG, WRITE(GUEST_INTERRUPTIBILITY, BLOCKING_BY_MOV_SS), SET(GUEST_RFLAGS, EFLAGS_IF), WRITE(ENTRY_INTERRUPTION, INJECT(0, 32))),
	ROW("entry, NMI injected into blocking by MOV SS", NULL, BASE_LONG, WRITE(GUEST_INTERRUPTIBILITY, BLOCKING_BY_MOV_SS), WRITE(ENTRY_INTERRUPTION, INJECT(2, 2))),
	ROW("entry, guest blocked by SMI outside SMM", NULL, BASE_LONG, WRITE(GUEST_INTERRUPTIBILITY, BLOCKING_BY_SMI)),
	ROW("entry, virtual NMI injected into blocking by NMI", "vmx-vnmi", BASE_LONG, SET(PIN_CONTROLS, PIN_VIRTUAL_NMIS), WRITE(GUEST_INTERRUPTIBILITY, BLOCKING_BY_NMI), WRITE(ENTRY_INTERRUPTION, INJECT(2, 2))),
	ROW("entry, guest in an enclave and blocked by MOV SS", NULL, BASE_LONG, WRITE(GUEST_INTERRUPTIBILITY, ENCLAVE_INTERRUPTION | BLOCKING_BY_MOV_SS)),
	ROW("entry, guest pending debug reserved bits", NULL, BASE_LONG, WRITE(GUEST_PENDING_DEBUG, BIT(5))),
	ROW("entry, guest single-stepping, blocked, no step pending", NULL, BASE_LONG, WRITE(GUEST_INTERRUPTIBILITY, BLOCKING_BY_MOV_SS), SET(GUEST_RFLAGS, EFLAGS_TF)),
	ROW("entry, guest not single-stepping, blocked, step pending", NULL, BASE_LONG, WRITE(GUEST_INTERRUPTIBILITY, BLOCKING_BY_MOV_SS), WRITE(GUEST_PENDING_DEBUG, PENDING_STEP)),
	ROW("entry, guest in HLT, step pending", "vmx-activity-hlt", BASE_LONG, WRITE(GUEST_ACTIVITY, ACTIVITY_HLT), WRITE(GUEST_PENDING_DEBUG, PENDING_STEP), WRITE(ENTRY_INTERRUPTION, INJECT(3, 18))),
	ROW("entry, guest pending RTM without a breakpoint", NULL, BASE_LONG, WRITE(GUEST_PENDING_DEBUG, PENDING_RTM)),
	ROW("entry, guest pending RTM, blocking by MOV SS", NULL, BASE_LONG, WRITE(GUEST_PENDING_DEBUG, PENDING_RTM | PENDING_BREAKPOINT), WRITE(GUEST_INTERRUPTIBILITY, BLOCKING_BY_MOV_SS)),
	QUALIFIED("entry, VMCS link pointer misaligned", NULL, BASE_LONG, QUALIFY_LINK, WRITE(VMCS_LINK_POINTER, 1)),
	QUALIFIED("entry, VMCS link pointer beyond physical addresses", NULL, BASE_LONG, QUALIFY_LINK, WRITE_HIGH(VMCS_LINK_POINTER, BIT(28))),
	QUALIFIED("entry, VMCS link pointer with another revision", NULL, BASE_LONG, QUALIFY_LINK, OPERAND(VMCS_LINK_POINTER, WRONG_REVISION)),
	QUALIFIED("entry, VMCS link pointer to a shadow VMCS", NULL, BASE_LONG, QUALIFY_LINK, OPERAND(VMCS_LINK_POINTER, SHADOW_BIT)),
	QUALIFIED("entry, VMCS link pointer to the current VMCS", NULL, BASE_LONG, QUALIFY_LINK, OPERAND(VMCS_LINK_POINTER, OWN_VMCS)),

	/* SDM vol. 3C 26.3.1.6 "Checks on Guest Page-Directory-Pointer-Table Entries" */
	QUALIFIED("entry, guest PDPTE with reserved bits", "vmx-ept", BASE_PAE, QUALIFY_PDPTE, WRITE(GUEST_PDPTE0, PAGE_PRESENT | BIT(1))),
};
/* clang-format on */

const unsigned selftest_guest_state_count = COUNT_OF(selftest_guest_state);
