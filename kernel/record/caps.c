#include "kernel/record/caps.h"

#include "arch/x86_64/vmx/vmx_numbers.h"
#include "kernel/record/record.h"
#include "kernel/lib/string.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum {
	BASIC = IA32_VMX_BASIC,
	PIN = IA32_VMX_PINBASED_CTLS,
	PRIMARY = IA32_VMX_PROCBASED_CTLS,
	EXIT = IA32_VMX_EXIT_CTLS,
	ENTRY = IA32_VMX_ENTRY_CTLS,
	MISC = IA32_VMX_MISC,
	SECONDARY = IA32_VMX_PROCBASED_CTLS2,
	EPT_VPID = IA32_VMX_EPT_VPID_CAP,
	TRUE_PIN = IA32_VMX_TRUE_PINBASED_CTLS,
	VMFUNC = IA32_VMX_VMFUNC,
};

#define NUMBER_OF(bit) __builtin_ctzll(bit)

/*
 * The names are QEMU's names of CPU features. Where QEMU has no name, ours has no prefix "vmx-".
 * One differs: QEMU calls vmx-invvpid-single-context by the name of the INVEPT type.
 */
const struct caps_entry caps_table[] = {
	{BASIC, NUMBER_OF(VMX_BASIC_INS_OUTS), false, "vmx-ins-outs"},
	{BASIC, NUMBER_OF(VMX_BASIC_TRUE_CONTROLS), false, "vmx-true-ctls"},
	{BASIC, NUMBER_OF(VMX_BASIC_ANY_ERROR_CODE), false, "vmx-any-errcode"},
	{PIN, NUMBER_OF(PIN_EXTERNAL_INTERRUPT_EXITING), false, "vmx-intr-exit"},
	{PIN, NUMBER_OF(PIN_NMI_EXITING), false, "vmx-nmi-exit"},
	{PIN, NUMBER_OF(PIN_VIRTUAL_NMIS), false, "vmx-vnmi"},
	{PIN, NUMBER_OF(PIN_PREEMPTION_TIMER), false, "vmx-preemption-timer"},
	{PIN, NUMBER_OF(PIN_POSTED_INTERRUPTS), false, "vmx-posted-intr"},
	{PRIMARY, NUMBER_OF(PRIMARY_INTERRUPT_WINDOW_EXITING), false, "vmx-vintr-pending"},
	{PRIMARY, NUMBER_OF(PRIMARY_TSC_OFFSETTING), false, "vmx-tsc-offset"},
	{PRIMARY, NUMBER_OF(PRIMARY_HLT_EXITING), false, "vmx-hlt-exit"},
	{PRIMARY, NUMBER_OF(PRIMARY_INVLPG_EXITING), false, "vmx-invlpg-exit"},
	{PRIMARY, NUMBER_OF(PRIMARY_MWAIT_EXITING), false, "vmx-mwait-exit"},
	{PRIMARY, NUMBER_OF(PRIMARY_RDPMC_EXITING), false, "vmx-rdpmc-exit"},
	{PRIMARY, NUMBER_OF(PRIMARY_RDTSC_EXITING), false, "vmx-rdtsc-exit"},
	{PRIMARY, NUMBER_OF(PRIMARY_CR3_LOAD_EXITING), true, "vmx-cr3-load-noexit"},
	{PRIMARY, NUMBER_OF(PRIMARY_CR3_STORE_EXITING), true, "vmx-cr3-store-noexit"},
	{PRIMARY, NUMBER_OF(PRIMARY_TERTIARY), false, "tertiary-controls"},
	{PRIMARY, NUMBER_OF(PRIMARY_CR8_LOAD_EXITING), false, "vmx-cr8-load-exit"},
	{PRIMARY, NUMBER_OF(PRIMARY_CR8_STORE_EXITING), false, "vmx-cr8-store-exit"},
	{PRIMARY, NUMBER_OF(PRIMARY_TPR_SHADOW), false, "vmx-flexpriority"},
	{PRIMARY, NUMBER_OF(PRIMARY_NMI_WINDOW_EXITING), false, "vmx-vnmi-pending"},
	{PRIMARY, NUMBER_OF(PRIMARY_MOV_DR_EXITING), false, "vmx-movdr-exit"},
	{PRIMARY, NUMBER_OF(PRIMARY_IO_EXITING), false, "vmx-io-exit"},
	{PRIMARY, NUMBER_OF(PRIMARY_IO_BITMAPS), false, "vmx-io-bitmap"},
	{PRIMARY, NUMBER_OF(PRIMARY_MONITOR_TRAP_FLAG), false, "vmx-mtf"},
	{PRIMARY, NUMBER_OF(PRIMARY_MSR_BITMAPS), false, "vmx-msr-bitmap"},
	{PRIMARY, NUMBER_OF(PRIMARY_MONITOR_EXITING), false, "vmx-monitor-exit"},
	{PRIMARY, NUMBER_OF(PRIMARY_PAUSE_EXITING), false, "vmx-pause-exit"},
	{PRIMARY, NUMBER_OF(PRIMARY_SECONDARY), false, "vmx-secondary-ctls"},
	{SECONDARY, NUMBER_OF(SECONDARY_VIRTUALIZE_APIC_ACCESSES), false, "vmx-apicv-xapic"},
	{SECONDARY, NUMBER_OF(SECONDARY_EPT), false, "vmx-ept"},
	{SECONDARY, NUMBER_OF(SECONDARY_DESCRIPTOR_TABLE_EXITING), false, "vmx-desc-exit"},
	{SECONDARY, NUMBER_OF(SECONDARY_RDTSCP), false, "vmx-rdtscp-exit"},
	{SECONDARY, NUMBER_OF(SECONDARY_VIRTUALIZE_X2APIC), false, "vmx-apicv-x2apic"},
	{SECONDARY, NUMBER_OF(SECONDARY_VPID), false, "vmx-vpid"},
	{SECONDARY, NUMBER_OF(SECONDARY_WBINVD_EXITING), false, "vmx-wbinvd-exit"},
	{SECONDARY, NUMBER_OF(SECONDARY_UNRESTRICTED), false, "vmx-unrestricted-guest"},
	{SECONDARY, NUMBER_OF(SECONDARY_APIC_REGISTERS), false, "vmx-apicv-register"},
	{SECONDARY, NUMBER_OF(SECONDARY_VIRTUAL_INTERRUPTS), false, "vmx-apicv-vid"},
	{SECONDARY, NUMBER_OF(SECONDARY_PAUSE_LOOP_EXITING), false, "vmx-ple"},
	{SECONDARY, NUMBER_OF(SECONDARY_RDRAND_EXITING), false, "vmx-rdrand-exit"},
	{SECONDARY, NUMBER_OF(SECONDARY_INVPCID), false, "vmx-invpcid-exit"},
	{SECONDARY, NUMBER_OF(SECONDARY_VM_FUNCTIONS), false, "vmx-vmfunc"},
	{SECONDARY, NUMBER_OF(SECONDARY_VMCS_SHADOWING), false, "vmx-shadow-vmcs"},
	{SECONDARY, NUMBER_OF(SECONDARY_ENCLS_EXITING), false, "vmx-encls-exit"},
	{SECONDARY, NUMBER_OF(SECONDARY_RDSEED_EXITING), false, "vmx-rdseed-exit"},
	{SECONDARY, NUMBER_OF(SECONDARY_PML), false, "vmx-pml"},
	{SECONDARY, NUMBER_OF(SECONDARY_EPT_VIOLATION_VE), false, "ept-violation-ve"},
	{SECONDARY, NUMBER_OF(SECONDARY_CONCEAL_FROM_PT), false, "conceal-vmx-from-pt"},
	{SECONDARY, NUMBER_OF(SECONDARY_XSAVES), false, "vmx-xsaves"},
	{SECONDARY, NUMBER_OF(SECONDARY_MODE_BASED_EXECUTE), false, "mode-based-execute"},
	{SECONDARY, NUMBER_OF(SECONDARY_SUB_PAGE_WRITE), false, "sub-page-write"},
	{SECONDARY, NUMBER_OF(SECONDARY_PT_GUEST_PHYSICAL), false, "pt-guest-physical"},
	{SECONDARY, NUMBER_OF(SECONDARY_TSC_SCALING), false, "vmx-tsc-scaling"},
	{SECONDARY, NUMBER_OF(SECONDARY_USER_WAIT_PAUSE), false, "vmx-enable-user-wait-pause"},
	{SECONDARY, NUMBER_OF(SECONDARY_ENCLV_EXITING), false, "enclv-exit"},
	{EXIT, NUMBER_OF(EXIT_SAVE_DEBUG), true, "vmx-exit-nosave-debugctl"},
	{EXIT, NUMBER_OF(EXIT_HOST_64BIT), false, "host-address-space-size"},
	{EXIT, NUMBER_OF(EXIT_LOAD_PERF_GLOBAL_CTRL), false, "vmx-exit-load-perf-global-ctrl"},
	{EXIT, NUMBER_OF(EXIT_ACKNOWLEDGE_INTERRUPT), false, "vmx-exit-ack-intr"},
	{EXIT, NUMBER_OF(EXIT_SAVE_PAT), false, "vmx-exit-save-pat"},
	{EXIT, NUMBER_OF(EXIT_LOAD_PAT), false, "vmx-exit-load-pat"},
	{EXIT, NUMBER_OF(EXIT_SAVE_EFER), false, "vmx-exit-save-efer"},
	{EXIT, NUMBER_OF(EXIT_LOAD_EFER), false, "vmx-exit-load-efer"},
	{EXIT, NUMBER_OF(EXIT_SAVE_PREEMPTION_TIMER), false, "vmx-exit-save-preemption-timer"},
	{EXIT, NUMBER_OF(EXIT_CLEAR_BNDCFGS), false, "vmx-exit-clear-bndcfgs"},
	{EXIT, NUMBER_OF(EXIT_CONCEAL_FROM_PT), false, "exit-conceal-vmx-from-pt"},
	{EXIT, NUMBER_OF(EXIT_CLEAR_RTIT_CTL), false, "vmx-exit-clear-rtit-ctl"},
	{EXIT, NUMBER_OF(EXIT_LOAD_CET), false, "exit-load-cet-state"},
	{EXIT, NUMBER_OF(EXIT_LOAD_PKRS), false, "vmx-exit-load-pkrs"},
	{EXIT, NUMBER_OF(EXIT_SECONDARY), false, "vmx-exit-secondary-ctls"},
	{ENTRY, NUMBER_OF(ENTRY_LOAD_DEBUG), true, "vmx-entry-noload-debugctl"},
	{ENTRY, NUMBER_OF(ENTRY_IA32E_GUEST), false, "vmx-entry-ia32e-mode"},
	{ENTRY, NUMBER_OF(ENTRY_TO_SMM), false, "entry-to-smm"},
	{ENTRY, NUMBER_OF(ENTRY_DEACTIVATE_DUAL_MONITOR), false, "deactivate-dual-monitor"},
	{ENTRY, NUMBER_OF(ENTRY_LOAD_PERF_GLOBAL_CTRL), false, "vmx-entry-load-perf-global-ctrl"},
	{ENTRY, NUMBER_OF(ENTRY_LOAD_PAT), false, "vmx-entry-load-pat"},
	{ENTRY, NUMBER_OF(ENTRY_LOAD_EFER), false, "vmx-entry-load-efer"},
	{ENTRY, NUMBER_OF(ENTRY_LOAD_BNDCFGS), false, "vmx-entry-load-bndcfgs"},
	{ENTRY, NUMBER_OF(ENTRY_CONCEAL_FROM_PT), false, "entry-conceal-vmx-from-pt"},
	{ENTRY, NUMBER_OF(ENTRY_LOAD_RTIT_CTL), false, "vmx-entry-load-rtit-ctl"},
	{ENTRY, NUMBER_OF(ENTRY_LOAD_CET), false, "entry-load-cet-state"},
	{ENTRY, NUMBER_OF(ENTRY_LOAD_PKRS), false, "vmx-entry-load-pkrs"},
	{MISC, NUMBER_OF(VMX_MISC_STORE_LMA), false, "vmx-store-lma"},
	{MISC, NUMBER_OF(VMX_MISC_ACTIVITY_HLT), false, "vmx-activity-hlt"},
	{MISC, NUMBER_OF(VMX_MISC_ACTIVITY_SHUTDOWN), false, "vmx-activity-shutdown"},
	{MISC, NUMBER_OF(VMX_MISC_ACTIVITY_WAIT_FOR_SIPI), false, "vmx-activity-wait-sipi"},
	{MISC, NUMBER_OF(VMX_MISC_VMWRITE_EXIT_FIELDS), false, "vmx-vmwrite-vmexit-fields"},
	{MISC, NUMBER_OF(VMX_MISC_ZERO_LENGTH_INJECTION), false, "vmx-zero-len-inject"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_EXECUTE_ONLY), false, "vmx-ept-execonly"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_WALK_LENGTH_4), false, "vmx-page-walk-4"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_WALK_LENGTH_5), false, "vmx-page-walk-5"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_UNCACHEABLE), false, "ept-uncacheable"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_WRITE_BACK), false, "ept-write-back"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_PAGES_2M), false, "vmx-ept-2mb"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_PAGES_1G), false, "vmx-ept-1gb"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_INVEPT), false, "vmx-invept"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_ACCESSED_DIRTY), false, "vmx-eptad"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_ADVANCED_EXIT), false, "vmx-ept-advanced-exitinfo"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_SHADOW_STACK), false, "ept-supervisor-shadow-stack"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_INVEPT_SINGLE), false, "vmx-invept-single-context"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_INVEPT_ALL), false, "vmx-invept-all-context"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_INVVPID), false, "vmx-invvpid"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_INVVPID_ADDRESS), false, "vmx-invvpid-single-addr"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_INVVPID_SINGLE), false, "vmx-invvpid-single-context"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_INVVPID_ALL), false, "vmx-invvpid-all-context"},
	{EPT_VPID, NUMBER_OF(EPT_VPID_INVVPID_NO_GLOBALS), false,
         "vmx-invept-single-context-noglobals"},
	{VMFUNC, NUMBER_OF(VMFUNC_EPTP_SWITCHING), false, "vmx-eptp-switching"},
};

const size_t caps_count = COUNT(caps_table);

static bool has_controls(uint32_t msr)
{
	return (msr >= PIN && msr <= ENTRY) || msr == SECONDARY;
}

/*
 * Returns the value of an MSR. If the CPU has TRUE MSRs, returns theirs for controls: the plain
 * MSRs report the default1 controls as 1 even where the CPU lets software clear them. SDM vol. 3D
 * A.2 "Reserved Controls and Default Settings"
 */
static uint64_t caps_value_of(uint32_t msr, const struct vmx_evidence *evidence)
{
	if (msr >= PIN && msr <= ENTRY && evidence->basic.true_controls)
		msr += TRUE_PIN - PIN;
	return evidence->msr[msr - VMX_MSR_FIRST].value;
}

/*
 * A capability MSR of controls has two halves: a 1 in the low half says that the control must be 1,
 * a 0 in the high half that it must be 0. SDM vol. 3D A.3 "VM-Execution Controls"
 */
enum caps_state caps_state(const struct caps_entry *entry, const struct vmx_evidence *evidence)
{
	uint64_t value = caps_value_of(entry->msr, evidence);

	if (!has_controls(entry->msr))
		return value >> entry->bit & 1 ? CAPS_YES : CAPS_NO;
	if (!(value >> VMX_ALLOWED1_SHIFT >> entry->bit & 1))
		return CAPS_MUST_BE_0;
	return value >> entry->bit & 1 ? CAPS_MUST_BE_1 : CAPS_OPTIONAL;
}

/*
 * An inverted name, such as vmx-cr3-load-noexit, says that the control may be 0. An MSR that does
 * not exist reads as 0 here, and its controls then look like "must be 0", which is no capability.
 */
bool caps_has(const struct caps_entry *entry, const struct vmx_evidence *evidence)
{
	switch (caps_state(entry, evidence)) {
	case CAPS_MUST_BE_0:
		return entry->inverted && caps_value_of(entry->msr, evidence) != 0;
	case CAPS_MUST_BE_1:
		return !entry->inverted;
	case CAPS_NO:
		return false;
	default:
		return true;
	}
}

bool caps_has_named(const char *name, const struct vmx_evidence *evidence)
{
	for (size_t i = 0; i < caps_count; i++) {
		if (strcmp(caps_table[i].name, name) == 0)
			return caps_has(&caps_table[i], evidence);
	}
	return false;
}

const char *caps_control_name(uint32_t msr, uint32_t controls)
{
	for (size_t i = 0; i < caps_count; i++) {
		if (caps_table[i].msr == msr && caps_table[i].bit < 32 &&
		    controls >> caps_table[i].bit & 1)
			return caps_table[i].name;
	}
	return "an unnamed control";
}
