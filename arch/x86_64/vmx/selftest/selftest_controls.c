/*
 * VM entries with a wrong control field, in the order of SDM vol. 3C 26.2.1 "Checks on VMX
 * Controls". The valid VMCSs that they change are in selftest_bases.c.
 */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/selftest/selftest_entry.h"

#define ROW(name, needs, base, ...) \
	ENTRY_ROW(name, needs, BAD_CONTROLS, base, 0, false, __VA_ARGS__)
#define RISKY(name, needs, base, ...) \
	ENTRY_ROW(name, needs, BAD_CONTROLS, base, 0, true, __VA_ARGS__)

/* clang-format off */
const struct entry_trial selftest_controls[] = {
	{{"VMLAUNCH, nothing wrong", NULL, EXITS(EXIT_REASON_CPUID)}, BASE_LONG, 0, false, {{0}}},
	{{"entry, all segments usable", NULL, EXITS(EXIT_REASON_CPUID)}, BASE_USABLE, 0, false, {{0}}},
	/* The others may not execute the page: the first fetch exits. */
	{{"entry, CPL 3", NULL, EXITS(EXIT_REASON_EXCEPTION)}, BASE_USER, 0, false, {{0}}},
	{{"entry, protected mode", NULL, EXITS(EXIT_REASON_EXCEPTION)}, BASE_PROTECTED, 0, false, {{0}}},
	{{"entry, virtual-8086 mode", NULL, EXITS(EXIT_REASON_EXCEPTION)}, BASE_V86, 0, false, {{0}}},
	{{"entry, PAE paging", "vmx-ept", EXITS(EXIT_REASON_EXCEPTION)}, BASE_PAE, 0, false, {{0}}},

	/* SDM vol. 3C 26.2.1.1 "VM-Execution Control Fields" */
	ROW("entry, five CR3 targets", NULL, BASE_LONG, WRITE(CR3_TARGET_COUNT, 5)),
	ROW("entry, misaligned I/O bitmap", "vmx-io-bitmap", BASE_LONG, SET(PRIMARY_CONTROLS, PRIMARY_IO_BITMAPS), WRITE(IO_BITMAP_A, 1)),
	ROW("entry, I/O bitmap beyond physical addresses", "vmx-io-bitmap", BASE_LONG, SET(PRIMARY_CONTROLS, PRIMARY_IO_BITMAPS), WRITE_HIGH(IO_BITMAP_A, BIT(28))),
	ROW("entry, misaligned I/O bitmap B", "vmx-io-bitmap", BASE_LONG, SET(PRIMARY_CONTROLS, PRIMARY_IO_BITMAPS), WRITE(IO_BITMAP_B, 1)),
	ROW("entry, I/O bitmap B beyond physical addresses", "vmx-io-bitmap", BASE_LONG, SET(PRIMARY_CONTROLS, PRIMARY_IO_BITMAPS), WRITE_HIGH(IO_BITMAP_B, BIT(28))),
	ROW("entry, misaligned MSR bitmap", "vmx-msr-bitmap", BASE_LONG, SET(PRIMARY_CONTROLS, PRIMARY_MSR_BITMAPS), WRITE(MSR_BITMAP, 1)),
	ROW("entry, MSR bitmap beyond physical addresses", "vmx-msr-bitmap", BASE_LONG, SET(PRIMARY_CONTROLS, PRIMARY_MSR_BITMAPS), WRITE_HIGH(MSR_BITMAP, BIT(28))),
	ROW("entry, TPR shadow with a misaligned page", "vmx-flexpriority", BASE_LONG, SET(PRIMARY_CONTROLS, PRIMARY_TPR_SHADOW), WRITE(VIRTUAL_APIC_PAGE, 1)),
	ROW("entry, TPR shadow with a page beyond physical addresses", "vmx-flexpriority", BASE_LONG, SET(PRIMARY_CONTROLS, PRIMARY_TPR_SHADOW), WRITE_HIGH(VIRTUAL_APIC_PAGE, BIT(28))),
	ROW("entry, TPR threshold wider than 4 bits", "vmx-flexpriority", BASE_LONG, SET(PRIMARY_CONTROLS, PRIMARY_TPR_SHADOW), WRITE(TPR_THRESHOLD, BIT(4))),
	ROW("entry, TPR threshold above VTPR", "vmx-flexpriority", BASE_LONG, SET(PRIMARY_CONTROLS, PRIMARY_TPR_SHADOW), WRITE(TPR_THRESHOLD, 1)),
	ROW("entry, virtual NMIs without NMI exiting", "vmx-vnmi", BASE_LONG, CLEAR(PIN_CONTROLS, PIN_NMI_EXITING), SET(PIN_CONTROLS, PIN_VIRTUAL_NMIS)),
	ROW("entry, NMI window without virtual NMIs", "vmx-vnmi-pending", BASE_LONG, SET(PRIMARY_CONTROLS, PRIMARY_NMI_WINDOW_EXITING)),
	ROW("entry, misaligned APIC-access page", "vmx-apicv-xapic", BASE_LONG, SET(SECONDARY_CONTROLS, SECONDARY_VIRTUALIZE_APIC_ACCESSES), WRITE(APIC_ACCESS_PAGE, 1)),
	ROW("entry, APIC-access page beyond physical addresses", "vmx-apicv-xapic", BASE_LONG, SET(SECONDARY_CONTROLS, SECONDARY_VIRTUALIZE_APIC_ACCESSES), WRITE_HIGH(APIC_ACCESS_PAGE, BIT(28))),
	ROW("entry, x2APIC mode without TPR shadow", "vmx-apicv-x2apic", BASE_LONG, CLEAR(PRIMARY_CONTROLS, PRIMARY_TPR_SHADOW), SET(SECONDARY_CONTROLS, SECONDARY_VIRTUALIZE_X2APIC)),
	ROW("entry, APIC registers without TPR shadow", "vmx-apicv-register", BASE_LONG, CLEAR(PRIMARY_CONTROLS, PRIMARY_TPR_SHADOW), SET(SECONDARY_CONTROLS, SECONDARY_APIC_REGISTERS)),
	ROW("entry, virtual interrupts without TPR shadow", "vmx-apicv-vid", BASE_LONG, CLEAR(PRIMARY_CONTROLS, PRIMARY_TPR_SHADOW), SET(PIN_CONTROLS, PIN_EXTERNAL_INTERRUPT_EXITING), SET(SECONDARY_CONTROLS, SECONDARY_VIRTUAL_INTERRUPTS)),
	ROW("entry, x2APIC mode with APIC accesses", "vmx-apicv-x2apic, vmx-apicv-xapic", BASE_LONG, SET(PRIMARY_CONTROLS, PRIMARY_TPR_SHADOW), SET(SECONDARY_CONTROLS, SECONDARY_VIRTUALIZE_X2APIC | SECONDARY_VIRTUALIZE_APIC_ACCESSES)),
	ROW("entry, virtual interrupts without interrupt exiting", "vmx-apicv-vid", BASE_LONG, SET(PRIMARY_CONTROLS, PRIMARY_TPR_SHADOW), CLEAR(PIN_CONTROLS, PIN_EXTERNAL_INTERRUPT_EXITING), SET(SECONDARY_CONTROLS, SECONDARY_VIRTUAL_INTERRUPTS)),
	ROW("entry, posted interrupts without virtual ones", "vmx-posted-intr", BASE_POSTED, CLEAR(SECONDARY_CONTROLS, SECONDARY_VIRTUAL_INTERRUPTS)),
	ROW("entry, posted interrupts without acknowledging", "vmx-posted-intr", BASE_POSTED, CLEAR(EXIT_CONTROLS, EXIT_ACKNOWLEDGE_INTERRUPT)),
	ROW("entry, posted-interrupt vector 256", "vmx-posted-intr", BASE_POSTED, WRITE(POSTED_INTERRUPT_VECTOR, 256)),
	ROW("entry, misaligned posted-interrupt descriptor", "vmx-posted-intr", BASE_POSTED, SCRATCH(POSTED_INTERRUPT_DESCRIPTOR, 0x20)),
	ROW("entry, posted-interrupt descriptor beyond physical addresses", "vmx-posted-intr", BASE_POSTED, WRITE_HIGH(POSTED_INTERRUPT_DESCRIPTOR, BIT(28))),
	ROW("entry, VPID 0", "vmx-vpid", BASE_LONG, SET(SECONDARY_CONTROLS, SECONDARY_VPID)),
	ROW("entry, EPT memory type", "vmx-ept", BASE_LONG, SET(EPT_POINTER, 7)),
	ROW("entry, EPT walk length", "vmx-ept", BASE_LONG, CLEAR(EPT_POINTER, 7 << 3)),
	ROW("entry, EPT accessed flags without the capability", "vmx-ept, !vmx-eptad", BASE_LONG, SET(EPT_POINTER, BIT(6))),
	ROW("entry, EPT pointer's reserved bits", "vmx-ept", BASE_LONG, SET(EPT_POINTER, BIT(11))),
	ROW("entry, EPT pointer beyond physical addresses", "vmx-ept", BASE_LONG, SET_HIGH(EPT_POINTER, BIT(28))),
	ROW("entry, PML without EPT", "vmx-pml", BASE_LONG, WRITE(SECONDARY_CONTROLS, SECONDARY_PML)),
	ROW("entry, misaligned PML log", "vmx-pml", BASE_LONG, SET(SECONDARY_CONTROLS, SECONDARY_PML), WRITE(PML_ADDRESS, 1)),
	ROW("entry, PML log beyond physical addresses", "vmx-pml", BASE_LONG, SET(SECONDARY_CONTROLS, SECONDARY_PML), WRITE_HIGH(PML_ADDRESS, BIT(28))),
	ROW("entry, unrestricted guest without EPT", "vmx-unrestricted-guest", BASE_LONG, WRITE(SECONDARY_CONTROLS, SECONDARY_UNRESTRICTED)),
	ROW("entry, EPTP switching without EPT", "vmx-vmfunc, vmx-eptp-switching", BASE_LONG, WRITE(SECONDARY_CONTROLS, SECONDARY_VM_FUNCTIONS), WRITE(VM_FUNCTION_CONTROLS, VMFUNC_EPTP_SWITCHING)),
	ROW("entry, misaligned EPTP list", "vmx-vmfunc, vmx-eptp-switching, vmx-ept", BASE_LONG, SET(SECONDARY_CONTROLS, SECONDARY_VM_FUNCTIONS), WRITE(VM_FUNCTION_CONTROLS, VMFUNC_EPTP_SWITCHING), WRITE(EPTP_LIST, 1)),
	ROW("entry, EPTP list beyond physical addresses", "vmx-vmfunc, vmx-eptp-switching, vmx-ept", BASE_LONG, SET(SECONDARY_CONTROLS, SECONDARY_VM_FUNCTIONS), WRITE(VM_FUNCTION_CONTROLS, VMFUNC_EPTP_SWITCHING), WRITE_HIGH(EPTP_LIST, BIT(28))),
	ROW("entry, misaligned VMREAD bitmap", "vmx-shadow-vmcs", BASE_LONG, SET(SECONDARY_CONTROLS, SECONDARY_VMCS_SHADOWING), WRITE(VMREAD_BITMAP, 1)),
	ROW("entry, VMREAD bitmap beyond physical addresses", "vmx-shadow-vmcs", BASE_LONG, SET(SECONDARY_CONTROLS, SECONDARY_VMCS_SHADOWING), WRITE_HIGH(VMREAD_BITMAP, BIT(28))),
	ROW("entry, misaligned VMWRITE bitmap", "vmx-shadow-vmcs", BASE_LONG, SET(SECONDARY_CONTROLS, SECONDARY_VMCS_SHADOWING), WRITE(VMWRITE_BITMAP, 1)),
	ROW("entry, VMWRITE bitmap beyond physical addresses", "vmx-shadow-vmcs", BASE_LONG, SET(SECONDARY_CONTROLS, SECONDARY_VMCS_SHADOWING), WRITE_HIGH(VMWRITE_BITMAP, BIT(28))),
	ROW("entry, misaligned virtualization-exception area", "ept-violation-ve, vmx-ept", BASE_LONG, SET(SECONDARY_CONTROLS, SECONDARY_EPT_VIOLATION_VE), WRITE(VIRTUALIZATION_EXCEPTION, 1)),
	ROW("entry, virtualization-exception area beyond physical addresses", "ept-violation-ve, vmx-ept", BASE_LONG, SET(SECONDARY_CONTROLS, SECONDARY_EPT_VIOLATION_VE), WRITE_HIGH(VIRTUALIZATION_EXCEPTION, BIT(28))),

	/* SDM vol. 3C 26.2.1.2 "VM-Exit Control Fields" */
	ROW("entry, timer saved but not active", "vmx-exit-save-preemption-timer", BASE_LONG, SET(EXIT_CONTROLS, EXIT_SAVE_PREEMPTION_TIMER), CLEAR(PIN_CONTROLS, PIN_PREEMPTION_TIMER)),
	ROW("entry, misaligned exit MSR-store area", NULL, BASE_LONG, WRITE(EXIT_MSR_STORE_COUNT, 1), SCRATCH(EXIT_MSR_STORE, SCRATCH_MSRS + 8)),
	RISKY("entry, exit MSR-store area beyond physical addresses", NULL, BASE_LONG, WRITE(EXIT_MSR_STORE_COUNT, 1), WRITE_HIGH(EXIT_MSR_STORE, BIT(28))),
	RISKY("entry, end of exit MSR-store area beyond physical addresses", NULL, BASE_LONG, WRITE(EXIT_MSR_STORE_COUNT, 2), TOP(EXIT_MSR_STORE, 16)),
	ROW("entry, misaligned exit MSR-load area", NULL, BASE_LONG, WRITE(EXIT_MSR_LOAD_COUNT, 1), SCRATCH(EXIT_MSR_LOAD, SCRATCH_MSRS + 8)),
	RISKY("entry, exit MSR-load area beyond physical addresses", NULL, BASE_LONG, WRITE(EXIT_MSR_LOAD_COUNT, 1), WRITE_HIGH(EXIT_MSR_LOAD, BIT(28))),
	RISKY("entry, end of exit MSR-load area beyond physical addresses", NULL, BASE_LONG, WRITE(EXIT_MSR_LOAD_COUNT, 2), TOP(EXIT_MSR_LOAD, 16)),

	/* SDM vol. 3C 26.2.1.3 "VM-Entry Control Fields" */
	ROW("entry, injection of a reserved type", NULL, BASE_LONG, WRITE(ENTRY_INTERRUPTION, INJECT(1, 0))),
	/* Type 7 is reserved without the monitor trap flag, but is not tried: Bochs 2.7 panics on it. */
	ROW("entry, injection of NMI as vector 3", NULL, BASE_LONG, WRITE(ENTRY_INTERRUPTION, INJECT(2, 3))),
	ROW("entry, injection of exception 32", NULL, BASE_LONG, WRITE(ENTRY_INTERRUPTION, INJECT(3, 32))),
	ROW("entry, injection of another event as vector 1", "vmx-mtf", BASE_LONG, WRITE(ENTRY_INTERRUPTION, INJECT(7, 1))),
	ROW("entry, injection of a general protection fault without error code", "!vmx-any-errcode", BASE_LONG, WRITE(ENTRY_INTERRUPTION, INJECT(3, 13))),
	ROW("entry, injection of an invalid opcode with error code", "!vmx-any-errcode", BASE_LONG, WRITE(ENTRY_INTERRUPTION, INJECT(3, 6) | INTERRUPTION_ERROR_CODE)),
	ROW("entry, injection of an NMI with error code", NULL, BASE_LONG, WRITE(ENTRY_INTERRUPTION, INJECT(2, 2) | INTERRUPTION_ERROR_CODE)),
	ROW("entry, injection with reserved bits", NULL, BASE_LONG, WRITE(ENTRY_INTERRUPTION, INJECT(3, 6) | BIT(12))),
	ROW("entry, injection of a wide error code", NULL, BASE_LONG, WRITE(ENTRY_INTERRUPTION, INJECT(3, 13) | INTERRUPTION_ERROR_CODE), WRITE(ENTRY_ERROR_CODE, BIT(31))),
	ROW("entry, injection of a software interrupt of length 16", NULL, BASE_LONG, WRITE(ENTRY_INTERRUPTION, INJECT(4, 48)), WRITE(ENTRY_INSTRUCTION_LENGTH, 16)),
	ROW("entry, injection of a software interrupt of length 0", "!vmx-zero-len-inject", BASE_LONG, WRITE(ENTRY_INTERRUPTION, INJECT(4, 48)), WRITE(ENTRY_INSTRUCTION_LENGTH, 0)),
	ROW("entry, injection of a privileged software exception of length 16", NULL, BASE_LONG, WRITE(ENTRY_INTERRUPTION, INJECT(5, 1)), WRITE(ENTRY_INSTRUCTION_LENGTH, 16)),
	ROW("entry, injection of a privileged software exception of length 0", "!vmx-zero-len-inject", BASE_LONG, WRITE(ENTRY_INTERRUPTION, INJECT(5, 1)), WRITE(ENTRY_INSTRUCTION_LENGTH, 0)),
	ROW("entry, injection of a software exception of length 16", NULL, BASE_LONG, WRITE(ENTRY_INTERRUPTION, INJECT(6, 3)), WRITE(ENTRY_INSTRUCTION_LENGTH, 16)),
	ROW("entry, injection of a software exception of length 0", "!vmx-zero-len-inject", BASE_LONG, WRITE(ENTRY_INTERRUPTION, INJECT(6, 3)), WRITE(ENTRY_INSTRUCTION_LENGTH, 0)),
	ROW("entry, misaligned entry MSR-load area", NULL, BASE_LONG, WRITE(ENTRY_MSR_LOAD_COUNT, 1), SCRATCH(ENTRY_MSR_LOAD, SCRATCH_MSRS + 8)),
	ROW("entry, entry MSR-load area beyond physical addresses", NULL, BASE_LONG, WRITE(ENTRY_MSR_LOAD_COUNT, 1), WRITE_HIGH(ENTRY_MSR_LOAD, BIT(28))),
	ROW("entry, end of entry MSR-load area beyond physical addresses", NULL, BASE_LONG, WRITE(ENTRY_MSR_LOAD_COUNT, 2), TOP(ENTRY_MSR_LOAD, 16)),
	ROW("entry to SMM from outside it", NULL, BASE_LONG, SET(ENTRY_CONTROLS, ENTRY_TO_SMM)),
	ROW("entry, dual-monitor treatment deactivated outside SMM", NULL, BASE_LONG, SET(ENTRY_CONTROLS, ENTRY_DEACTIVATE_DUAL_MONITOR)),
	ROW("entry, to SMM and dual-monitor treatment deactivated", NULL, BASE_LONG, SET(ENTRY_CONTROLS, ENTRY_TO_SMM | ENTRY_DEACTIVATE_DUAL_MONITOR)),
};
/* clang-format on */

const unsigned selftest_controls_count = COUNT_OF(selftest_controls);
