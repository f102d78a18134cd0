/*
 * The self-test's table of VM entries: each breaks one rule of SDM vol. 3C 26.2.1 "Checks on VMX
 * Controls", SDM vol. 3C 26.2.2 "Checks on Host Control Registers and MSRs", SDM vol. 3C 26.3.1.1
 * "Checks on Guest Control Registers, Debug Registers, and MSRs", or of the sections behind them.
 *
 * What an entry that should fail would load, if it did not, does no harm to the host.
 */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/controls.h"
#include "arch/x86_64/vmx/selftest.h"
#include "arch/x86_64/vmx/vmcs_fields.h"

#define EXITS(reason)              \
	{                          \
		VMX_EXITED, reason \
	}
#define BAD_CONTROLS              \
	{                         \
		VMX_FAIL_VALID, 7 \
	}
#define BAD_HOST                  \
	{                         \
		VMX_FAIL_VALID, 8 \
	}
#define BAD_GUEST                    \
	{                            \
		VMX_ENTRY_FAILED, 33 \
	}
#define ALL           UINT64_MAX
#define NOT_CANONICAL 0x8000000000000000

/* clang-format off */
const struct entry_trial selftest_entries[] = {
	{{"VMLAUNCH, nothing wrong", NULL, EXITS(EXIT_REASON_CPUID)}, {{0}}},

	{{"entry, a pin-based control that must be 1", NULL, BAD_CONTROLS}, {{PIN_CONTROLS, BIT(1), 0}}},
	{{"entry, a pin-based control that must be 0", NULL, BAD_CONTROLS}, {{PIN_CONTROLS, 0, BIT(31)}}},
	{{"entry, a primary control that must be 1", NULL, BAD_CONTROLS}, {{PRIMARY_CONTROLS, BIT(1), 0}}},
	{{"entry, a primary control that must be 0", NULL, BAD_CONTROLS}, {{PRIMARY_CONTROLS, 0, BIT(0)}}},
	{{"entry, a secondary control that must be 0", "vmx-secondary-ctls", BAD_CONTROLS}, {{SECONDARY_CONTROLS, 0, BIT(31)}, {PRIMARY_CONTROLS, 0, PRIMARY_SECONDARY}}},
	{{"entry, five CR3 targets", NULL, BAD_CONTROLS}, {{CR3_TARGET_COUNT, ALL, 5}}},
	{{"entry, unrestricted guest without EPT", "vmx-unrestricted-guest", BAD_CONTROLS}, {{SECONDARY_CONTROLS, ALL, SECONDARY_UNRESTRICTED}}},
	{{"entry, EPT memory type", "vmx-ept", BAD_CONTROLS}, {{EPT_POINTER, 7, 5}}},
	{{"entry, EPT walk length", "vmx-ept", BAD_CONTROLS}, {{EPT_POINTER, 7 << 3, 0}}},
	{{"entry, EPT pointer's reserved bits", "vmx-ept", BAD_CONTROLS}, {{EPT_POINTER, 0, BIT(11)}}},
	{{"entry, EPT pointer beyond physical addresses", "vmx-ept", BAD_CONTROLS}, {{EPT_POINTER, 0, BIT(60)}}},
	{{"entry, VPID 0", "vmx-vpid", BAD_CONTROLS}, {{SECONDARY_CONTROLS, 0, BIT(5)}, {PRIMARY_CONTROLS, 0, PRIMARY_SECONDARY}}},
	{{"entry, virtual NMIs without NMI exiting", "vmx-vnmi", BAD_CONTROLS}, {{PIN_CONTROLS, PIN_NMI_EXITING, BIT(5)}}},
	{{"entry, NMI window without virtual NMIs", "vmx-vnmi-pending", BAD_CONTROLS}, {{PRIMARY_CONTROLS, 0, BIT(22)}}},
	{{"entry, misaligned I/O bitmap", "vmx-io-bitmap", BAD_CONTROLS}, {{PRIMARY_CONTROLS, 0, BIT(25)}, {IO_BITMAP_A, ALL, 1}}},
	{{"entry, misaligned MSR bitmap", "vmx-msr-bitmap", BAD_CONTROLS}, {{PRIMARY_CONTROLS, 0, BIT(28)}, {MSR_BITMAP, ALL, 1}}},
	{{"entry, TPR shadow with a misaligned page", "vmx-flexpriority", BAD_CONTROLS}, {{PRIMARY_CONTROLS, 0, BIT(21)}, {VIRTUAL_APIC_PAGE, ALL, 1}}},
	{{"entry, a VM-exit control that must be 1", NULL, BAD_CONTROLS}, {{EXIT_CONTROLS, BIT(0), 0}}},
	{{"entry, a VM-exit control that must be 0", NULL, BAD_CONTROLS}, {{EXIT_CONTROLS, 0, BIT(30)}}},
	{{"entry, timer saved but not active", "vmx-exit-save-preemption-timer", BAD_CONTROLS}, {{EXIT_CONTROLS, 0, BIT(22)}, {PIN_CONTROLS, PIN_PREEMPTION_TIMER, 0}}},
	{{"entry, misaligned exit MSR-store area", NULL, BAD_CONTROLS}, {{EXIT_MSR_STORE_COUNT, ALL, 1}, {EXIT_MSR_STORE, ALL, 1}}},
	{{"entry, misaligned exit MSR-load area", NULL, BAD_CONTROLS}, {{EXIT_MSR_LOAD_COUNT, ALL, 1}, {EXIT_MSR_LOAD, ALL, 1}}},
	{{"entry, a VM-entry control that must be 1", NULL, BAD_CONTROLS}, {{ENTRY_CONTROLS, BIT(0), 0}}},
	{{"entry, a VM-entry control that must be 0", NULL, BAD_CONTROLS}, {{ENTRY_CONTROLS, 0, BIT(31)}}},
	{{"entry to SMM from outside it", NULL, BAD_CONTROLS}, {{ENTRY_CONTROLS, 0, BIT(10)}}},
	{{"entry, misaligned entry MSR-load area", NULL, BAD_CONTROLS}, {{ENTRY_MSR_LOAD_COUNT, ALL, 1}, {ENTRY_MSR_LOAD, ALL, 1}}},
	{{"entry, injection of a reserved type", NULL, BAD_CONTROLS}, {{ENTRY_INTERRUPTION, ALL, BIT(31) | 1 << 8}}},
	{{"entry, injection of NMI as vector 3", NULL, BAD_CONTROLS}, {{ENTRY_INTERRUPTION, ALL, BIT(31) | 2 << 8 | 3}}},
	{{"entry, injection of exception 32", NULL, BAD_CONTROLS}, {{ENTRY_INTERRUPTION, ALL, BIT(31) | 3 << 8 | 32}}},
	{{"entry, injection with reserved bits", NULL, BAD_CONTROLS}, {{ENTRY_INTERRUPTION, ALL, BIT(31) | BIT(12) | 3 << 8 | 6}}},

	{{"entry, host CR0.NE clear", NULL, BAD_HOST}, {{HOST_CR0, CR0_NE, 0}}},
	{{"entry, host CR4.VMXE clear", NULL, BAD_HOST}, {{HOST_CR4, CR4_VMXE, 0}}},
	{{"entry, host CR4.PAE clear", NULL, BAD_HOST}, {{HOST_CR4, CR4_PAE, 0}}},
	{{"entry, host CR3 beyond physical addresses", NULL, BAD_HOST}, {{HOST_CR3, 0, BIT(60)}}},
	{{"entry, host ES with an RPL", NULL, BAD_HOST}, {{HOST_ES_SELECTOR, 0, 3}}},
	{{"entry, host CS in the LDT", NULL, BAD_HOST}, {{HOST_CS_SELECTOR, 0, 4}}},
	{{"entry, host TR in the LDT", NULL, BAD_HOST}, {{HOST_TR_SELECTOR, 0, 4}}},
	{{"entry, host TR null", NULL, BAD_HOST}, {{HOST_TR_SELECTOR, ALL, 0}}},
	{{"entry, host FS base not canonical", NULL, BAD_HOST}, {{HOST_FS_BASE, ALL, NOT_CANONICAL}}},
	{{"entry, host SYSENTER_ESP not canonical", NULL, BAD_HOST}, {{HOST_SYSENTER_ESP, ALL, NOT_CANONICAL}}},
	{{"entry, host SYSENTER_EIP not canonical", NULL, BAD_HOST}, {{HOST_SYSENTER_EIP, ALL, NOT_CANONICAL}}},
	{{"entry, host IA32_EFER.LMA clear", "vmx-exit-load-efer", BAD_HOST}, {{HOST_EFER, EFER_LMA, 0}}},
	{{"entry, host not 64-bit", NULL, BAD_HOST}, {{EXIT_CONTROLS, EXIT_HOST_64BIT, 0}}},

	{{"entry, guest CR0.NE clear", NULL, BAD_GUEST}, {{GUEST_CR0, CR0_NE, 0}}},
	{{"entry, guest paging without protection", NULL, BAD_GUEST}, {{GUEST_CR0, CR0_PE, 0}}},
	{{"entry, guest CR4.VMXE clear", NULL, BAD_GUEST}, {{GUEST_CR4, CR4_VMXE, 0}}},
	{{"entry, guest in IA-32e mode without PAE", NULL, BAD_GUEST}, {{GUEST_CR4, CR4_PAE, 0}}},
	{{"entry, guest CR3 beyond physical addresses", NULL, BAD_GUEST}, {{GUEST_CR3, 0, BIT(60)}}},
	{{"entry, guest IA32_EFER.LMA clear", "vmx-entry-load-efer", BAD_GUEST}, {{GUEST_EFER, EFER_LMA, 0}}},
	{{"entry, guest IA32_EFER with reserved bits", "vmx-entry-load-efer", BAD_GUEST}, {{GUEST_EFER, 0, BIT(1)}}},
	{{"entry, guest DR7 wider than 32 bits", NULL, BAD_GUEST}, {{GUEST_DR7, 0, BIT(32)}, {ENTRY_CONTROLS, 0, BIT(2)}}},
	{{"entry, guest SYSENTER_ESP not canonical", NULL, BAD_GUEST}, {{GUEST_SYSENTER_ESP, ALL, NOT_CANONICAL}}},
	{{"entry, guest CS unusable", NULL, BAD_GUEST}, {{GUEST_CS_RIGHTS, ALL, BIT(16)}}},
	{{"entry, guest CS not accessed", NULL, BAD_GUEST}, {{GUEST_CS_RIGHTS, BIT(0), 0}}},
	{{"entry, guest CS both 64-bit and 32-bit", NULL, BAD_GUEST}, {{GUEST_CS_RIGHTS, 0, BIT(14)}}},
	{{"entry, guest CS a system segment", NULL, BAD_GUEST}, {{GUEST_CS_RIGHTS, BIT(4), 0}}},
	{{"entry, guest CS not present", NULL, BAD_GUEST}, {{GUEST_CS_RIGHTS, BIT(7), 0}}},
	{{"entry, guest TR unusable", NULL, BAD_GUEST}, {{GUEST_TR_RIGHTS, 0, BIT(16)}}},
	{{"entry, guest TR not busy", NULL, BAD_GUEST}, {{GUEST_TR_RIGHTS, BIT(1), 0}}},
	{{"entry, guest TR in the LDT", NULL, BAD_GUEST}, {{GUEST_TR_SELECTOR, 0, 4}}},
	{{"entry, guest LDTR of a wrong type", NULL, BAD_GUEST}, {{GUEST_LDTR_RIGHTS, ALL, 0x83}}},
	{{"entry, guest FS base not canonical", NULL, BAD_GUEST}, {{GUEST_FS_BASE, ALL, NOT_CANONICAL}}},
	{{"entry, guest GDTR base not canonical", NULL, BAD_GUEST}, {{GUEST_GDTR_BASE, ALL, NOT_CANONICAL}}},
	{{"entry, guest GDTR limit wider than 16 bits", NULL, BAD_GUEST}, {{GUEST_GDTR_LIMIT, 0, BIT(16)}}},
	{{"entry, guest IDTR limit wider than 16 bits", NULL, BAD_GUEST}, {{GUEST_IDTR_LIMIT, 0, BIT(16)}}},
	{{"entry, guest RIP not canonical", NULL, BAD_GUEST}, {{GUEST_RIP, ALL, NOT_CANONICAL}}},
	{{"entry, guest RFLAGS bit 1 clear", NULL, BAD_GUEST}, {{GUEST_RFLAGS, EFLAGS_ALWAYS, 0}}},
	{{"entry, guest RFLAGS reserved bit set", NULL, BAD_GUEST}, {{GUEST_RFLAGS, 0, BIT(3)}}},
	{{"entry, guest RFLAGS.VM in IA-32e mode", NULL, BAD_GUEST}, {{GUEST_RFLAGS, 0, EFLAGS_VM}}},
	{{"entry, guest activity state 4", NULL, BAD_GUEST}, {{GUEST_ACTIVITY, ALL, 4}}},
	{{"entry, guest blocked by STI and by MOV SS", NULL, BAD_GUEST}, {{GUEST_INTERRUPTIBILITY, ALL, 3}}},
	{{"entry, guest interruptibility reserved bits", NULL, BAD_GUEST}, {{GUEST_INTERRUPTIBILITY, ALL, BIT(31)}}},
	{{"entry, guest pending debug reserved bits", NULL, BAD_GUEST}, {{GUEST_PENDING_DEBUG, ALL, BIT(5)}}},
	{{"entry, VMCS link pointer misaligned", NULL, BAD_GUEST}, {{VMCS_LINK_POINTER, ALL, 1}}},
};
/* clang-format on */

const unsigned selftest_entry_count = sizeof(selftest_entries) / sizeof(selftest_entries[0]);

_Static_assert(sizeof(selftest_entries) / sizeof(selftest_entries[0]) <= SELFTEST_MAX / 2,
               "the record has room");
