/*
 * The self-test's table of VM entries. Each breaks one rule of SDM vol. 3C 26.2.1 "Checks on VMX
 * Controls", SDM vol. 3C 26.2.2 "Checks on Host Control Registers and MSRs", SDM vol. 3C 26.3.1.1
 * "Checks on Guest Control Registers, Debug Registers, and MSRs", or of the sections after them. A
 * second change, if any, makes sure that no other rule is broken, or that the CPU looks at the
 * field.
 *
 * Every value is chosen to be harmless to the host: if a CPU wrongly accepts the entry, the guest
 * runs, exits, and the kernel survives to report the check as failed.
 */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/selftest/selftest_run.h"
#include "arch/x86_64/vmx/vmcs_fields.h"
#include "arch/x86_64/vmx/vmx_exits.h"

#define EXITS(reason) {VMX_EXITED, reason, 0}
#define BAD_CONTROLS  {VMX_FAIL_VALID, VMX_ERROR_CONTROLS, 0}
#define BAD_HOST      {VMX_FAIL_VALID, VMX_ERROR_HOST_STATE, 0}
#define BAD_GUEST     {VMX_ENTRY_FAILED, EXIT_REASON_INVALID_GUEST, 0}

/* clang-format off */
#define CLEAR(field, bits)       {field, BITS_CLEARED, bits}
#define SET(field, bits)         {field, BITS_SET, bits}
#define RESERVED(field, bits)    {field, BITS_SET | IF_RESERVED, bits}
#define SET_HIGH(field, bits)    {field, BITS_SET | IN_HIGH_HALF, bits}
#define WRITE(field, value)      {field, WRITTEN, value}
#define WRITE_HIGH(field, value) {field, WRITTEN | IN_HIGH_HALF, value}

const struct entry_trial selftest_entries[] = {
	{{"VMLAUNCH, nothing wrong", NULL, EXITS(EXIT_REASON_CPUID)}, {{0}}},

	{{"entry, a pin-based control that must be 1", NULL, BAD_CONTROLS}, {CLEAR(PIN_CONTROLS, BIT(1))}},
	{{"entry, a pin-based control that must be 0", NULL, BAD_CONTROLS}, {RESERVED(PIN_CONTROLS, BIT(31))}},
	{{"entry, a primary control that must be 1", NULL, BAD_CONTROLS}, {CLEAR(PRIMARY_CONTROLS, BIT(1))}},
	{{"entry, a primary control that must be 0", NULL, BAD_CONTROLS}, {RESERVED(PRIMARY_CONTROLS, BIT(0))}},
	{{"entry, a secondary control that must be 0", "vmx-secondary-ctls", BAD_CONTROLS}, {RESERVED(SECONDARY_CONTROLS, BIT(31)), SET(PRIMARY_CONTROLS, PRIMARY_SECONDARY)}},
	{{"entry, five CR3 targets", NULL, BAD_CONTROLS}, {WRITE(CR3_TARGET_COUNT, 5)}},
	{{"entry, unrestricted guest without EPT", "vmx-unrestricted-guest", BAD_CONTROLS}, {WRITE(SECONDARY_CONTROLS, SECONDARY_UNRESTRICTED)}},
	{{"entry, EPT memory type", "vmx-ept", BAD_CONTROLS}, {SET(EPT_POINTER, 7)}},
	{{"entry, EPT walk length", "vmx-ept", BAD_CONTROLS}, {CLEAR(EPT_POINTER, 7 << 3)}},
	{{"entry, EPT pointer's reserved bits", "vmx-ept", BAD_CONTROLS}, {SET(EPT_POINTER, BIT(11))}},
	{{"entry, EPT pointer beyond physical addresses", "vmx-ept", BAD_CONTROLS}, {SET_HIGH(EPT_POINTER, BIT(28))}},
	{{"entry, VPID 0", "vmx-vpid", BAD_CONTROLS}, {SET(SECONDARY_CONTROLS, SECONDARY_VPID), SET(PRIMARY_CONTROLS, PRIMARY_SECONDARY)}},
	{{"entry, virtual NMIs without NMI exiting", "vmx-vnmi", BAD_CONTROLS}, {CLEAR(PIN_CONTROLS, PIN_NMI_EXITING), SET(PIN_CONTROLS, PIN_VIRTUAL_NMIS)}},
	{{"entry, NMI window without virtual NMIs", "vmx-vnmi-pending", BAD_CONTROLS}, {SET(PRIMARY_CONTROLS, PRIMARY_NMI_WINDOW_EXITING)}},
	{{"entry, misaligned I/O bitmap", "vmx-io-bitmap", BAD_CONTROLS}, {SET(PRIMARY_CONTROLS, PRIMARY_IO_BITMAPS), WRITE(IO_BITMAP_A, 1)}},
	{{"entry, misaligned MSR bitmap", "vmx-msr-bitmap", BAD_CONTROLS}, {SET(PRIMARY_CONTROLS, PRIMARY_MSR_BITMAPS), WRITE(MSR_BITMAP, 1)}},
	{{"entry, TPR shadow with a misaligned page", "vmx-flexpriority", BAD_CONTROLS}, {SET(PRIMARY_CONTROLS, PRIMARY_TPR_SHADOW), WRITE(VIRTUAL_APIC_PAGE, 1)}},
	{{"entry, a VM-exit control that must be 1", NULL, BAD_CONTROLS}, {CLEAR(EXIT_CONTROLS, BIT(0))}},
	{{"entry, a VM-exit control that must be 0", NULL, BAD_CONTROLS}, {RESERVED(EXIT_CONTROLS, BIT(30))}},
	{{"entry, timer saved but not active", "vmx-exit-save-preemption-timer", BAD_CONTROLS}, {SET(EXIT_CONTROLS, EXIT_SAVE_PREEMPTION_TIMER), CLEAR(PIN_CONTROLS, PIN_PREEMPTION_TIMER)}},
	{{"entry, misaligned exit MSR-store area", NULL, BAD_CONTROLS}, {WRITE(EXIT_MSR_STORE_COUNT, 1), WRITE(EXIT_MSR_STORE, 1)}},
	{{"entry, misaligned exit MSR-load area", NULL, BAD_CONTROLS}, {WRITE(EXIT_MSR_LOAD_COUNT, 1), WRITE(EXIT_MSR_LOAD, 1)}},
	{{"entry, a VM-entry control that must be 1", NULL, BAD_CONTROLS}, {CLEAR(ENTRY_CONTROLS, BIT(0))}},
	{{"entry, a VM-entry control that must be 0", NULL, BAD_CONTROLS}, {RESERVED(ENTRY_CONTROLS, BIT(31))}},
	{{"entry to SMM from outside it", NULL, BAD_CONTROLS}, {SET(ENTRY_CONTROLS, ENTRY_TO_SMM)}},
	{{"entry, misaligned entry MSR-load area", NULL, BAD_CONTROLS}, {WRITE(ENTRY_MSR_LOAD_COUNT, 1), WRITE(ENTRY_MSR_LOAD, 1)}},
	{{"entry, injection of a reserved type", NULL, BAD_CONTROLS}, {WRITE(ENTRY_INTERRUPTION, INTERRUPTION_VALID | 1 << 8)}},
	{{"entry, injection of NMI as vector 3", NULL, BAD_CONTROLS}, {WRITE(ENTRY_INTERRUPTION, INTERRUPTION_VALID | INTERRUPTION_TYPE_NMI | 3)}},
	{{"entry, injection of exception 32", NULL, BAD_CONTROLS}, {WRITE(ENTRY_INTERRUPTION, INTERRUPTION_VALID | 3 << 8 | 32)}},
	{{"entry, injection with reserved bits", NULL, BAD_CONTROLS}, {WRITE(ENTRY_INTERRUPTION, INTERRUPTION_VALID | BIT(12) | 3 << 8 | 6)}},

	{{"entry, host CR0.NE clear", NULL, BAD_HOST}, {CLEAR(HOST_CR0, CR0_NE)}},
	{{"entry, host CR4.VMXE clear", NULL, BAD_HOST}, {CLEAR(HOST_CR4, CR4_VMXE)}},
	{{"entry, host CR4.PAE clear", NULL, BAD_HOST}, {CLEAR(HOST_CR4, CR4_PAE)}},
	{{"entry, host CR3 beyond physical addresses", NULL, BAD_HOST}, {SET_HIGH(HOST_CR3, BIT(28))}},
	{{"entry, host ES with an RPL", NULL, BAD_HOST}, {SET(HOST_ES_SELECTOR, 3)}},
	{{"entry, host CS in the LDT", NULL, BAD_HOST}, {SET(HOST_CS_SELECTOR, 4)}},
	{{"entry, host TR in the LDT", NULL, BAD_HOST}, {SET(HOST_TR_SELECTOR, 4)}},
	{{"entry, host TR null", NULL, BAD_HOST}, {WRITE(HOST_TR_SELECTOR, 0)}},
	{{"entry, host FS base not canonical", NULL, BAD_HOST}, {WRITE_HIGH(HOST_FS_BASE, BIT(31))}},
	{{"entry, host SYSENTER_ESP not canonical", NULL, BAD_HOST}, {WRITE_HIGH(HOST_SYSENTER_ESP, BIT(31))}},
	{{"entry, host SYSENTER_EIP not canonical", NULL, BAD_HOST}, {WRITE_HIGH(HOST_SYSENTER_EIP, BIT(31))}},
	{{"entry, host IA32_EFER.LMA clear", "vmx-exit-load-efer", BAD_HOST}, {CLEAR(HOST_EFER, EFER_LMA)}},
	{{"entry, host not 64-bit", NULL, BAD_HOST}, {CLEAR(EXIT_CONTROLS, EXIT_HOST_64BIT)}},

	{{"entry, guest CR0.NE clear", NULL, BAD_GUEST}, {CLEAR(GUEST_CR0, CR0_NE)}},
	{{"entry, guest paging without protection", NULL, BAD_GUEST}, {CLEAR(GUEST_CR0, CR0_PE)}},
	{{"entry, guest CR4.VMXE clear", NULL, BAD_GUEST}, {CLEAR(GUEST_CR4, CR4_VMXE)}},
	{{"entry, guest in IA-32e mode without PAE", NULL, BAD_GUEST}, {CLEAR(GUEST_CR4, CR4_PAE)}},
	{{"entry, guest CR3 beyond physical addresses", NULL, BAD_GUEST}, {SET_HIGH(GUEST_CR3, BIT(28))}},
	{{"entry, guest IA32_EFER.LMA clear", "vmx-entry-load-efer", BAD_GUEST}, {CLEAR(GUEST_EFER, EFER_LMA)}},
	{{"entry, guest IA32_EFER with reserved bits", "vmx-entry-load-efer", BAD_GUEST}, {SET(GUEST_EFER, BIT(1))}},
	{{"entry, guest DR7 wider than 32 bits", NULL, BAD_GUEST}, {SET_HIGH(GUEST_DR7, BIT(0)), SET(ENTRY_CONTROLS, ENTRY_LOAD_DEBUG)}},
	{{"entry, guest SYSENTER_ESP not canonical", NULL, BAD_GUEST}, {WRITE_HIGH(GUEST_SYSENTER_ESP, BIT(31))}},
	{{"entry, guest CS unusable", NULL, BAD_GUEST}, {WRITE(GUEST_CS_RIGHTS, RIGHTS_UNUSABLE)}},
	{{"entry, guest CS not accessed", NULL, BAD_GUEST}, {CLEAR(GUEST_CS_RIGHTS, BIT(0))}},
	{{"entry, guest CS both 64-bit and 32-bit", NULL, BAD_GUEST}, {SET(GUEST_CS_RIGHTS, BIT(14))}},
	{{"entry, guest CS a system segment", NULL, BAD_GUEST}, {CLEAR(GUEST_CS_RIGHTS, BIT(4))}},
	{{"entry, guest CS not present", NULL, BAD_GUEST}, {CLEAR(GUEST_CS_RIGHTS, RIGHTS_PRESENT)}},
	{{"entry, guest TR unusable", NULL, BAD_GUEST}, {SET(GUEST_TR_RIGHTS, RIGHTS_UNUSABLE)}},
	{{"entry, guest TR not busy", NULL, BAD_GUEST}, {CLEAR(GUEST_TR_RIGHTS, BIT(1))}},
	{{"entry, guest TR in the LDT", NULL, BAD_GUEST}, {SET(GUEST_TR_SELECTOR, 4)}},
	{{"entry, guest LDTR of a wrong type", NULL, BAD_GUEST}, {WRITE(GUEST_LDTR_RIGHTS, 0x83)}},
	{{"entry, guest FS base not canonical", NULL, BAD_GUEST}, {WRITE_HIGH(GUEST_FS_BASE, BIT(31))}},
	{{"entry, guest GDTR base not canonical", NULL, BAD_GUEST}, {WRITE_HIGH(GUEST_GDTR_BASE, BIT(31))}},
	{{"entry, guest GDTR limit wider than 16 bits", NULL, BAD_GUEST}, {SET(GUEST_GDTR_LIMIT, BIT(16))}},
	{{"entry, guest IDTR limit wider than 16 bits", NULL, BAD_GUEST}, {SET(GUEST_IDTR_LIMIT, BIT(16))}},
	{{"entry, guest RIP not canonical", NULL, BAD_GUEST}, {WRITE_HIGH(GUEST_RIP, BIT(31))}},
	{{"entry, guest RFLAGS bit 1 clear", NULL, BAD_GUEST}, {CLEAR(GUEST_RFLAGS, EFLAGS_ALWAYS)}},
	{{"entry, guest RFLAGS reserved bit set", NULL, BAD_GUEST}, {SET(GUEST_RFLAGS, BIT(3))}},
	{{"entry, guest RFLAGS.VM in IA-32e mode", NULL, BAD_GUEST}, {SET(GUEST_RFLAGS, EFLAGS_VM)}},
	{{"entry, guest activity state 4", NULL, BAD_GUEST}, {WRITE(GUEST_ACTIVITY, 4)}},
	{{"entry, guest blocked by STI and by MOV SS", NULL, BAD_GUEST}, {WRITE(GUEST_INTERRUPTIBILITY, 3)}},
	{{"entry, guest interruptibility reserved bits", NULL, BAD_GUEST}, {WRITE(GUEST_INTERRUPTIBILITY, BIT(31))}},
	{{"entry, guest pending debug reserved bits", NULL, BAD_GUEST}, {WRITE(GUEST_PENDING_DEBUG, BIT(5))}},
	{{"entry, VMCS link pointer misaligned", NULL, BAD_GUEST}, {WRITE(VMCS_LINK_POINTER, 1)}},
};
/* clang-format on */

const unsigned selftest_entry_count = sizeof(selftest_entries) / sizeof(selftest_entries[0]);
