#include "kernel/record/caps.h"

#include "kernel/record/record.h"
#include "kernel/lib/string.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum {
	BASIC = 0x480,
	PIN = 0x481,
	PRIMARY = 0x482,
	EXIT = 0x483,
	ENTRY = 0x484,
	MISC = 0x485,
	SECONDARY = 0x48B,
	EPT_VPID = 0x48C,
	TRUE_PIN = 0x48D,
	VMFUNC = 0x491,
};

/*
 * The names are QEMU's feature names, but for those without vmx-, which it has none for, and for
 * vmx-invvpid-single-context, which it calls by the name of INVEPT's.
 */
const struct caps_entry caps_table[] = {
	{BASIC, 54, false, "vmx-ins-outs"},
	{BASIC, 55, false, "vmx-true-ctls"},
	{BASIC, 56, false, "vmx-any-errcode"},
	{PIN, 0, false, "vmx-intr-exit"},
	{PIN, 3, false, "vmx-nmi-exit"},
	{PIN, 5, false, "vmx-vnmi"},
	{PIN, 6, false, "vmx-preemption-timer"},
	{PIN, 7, false, "vmx-posted-intr"},
	{PRIMARY, 2, false, "vmx-vintr-pending"},
	{PRIMARY, 3, false, "vmx-tsc-offset"},
	{PRIMARY, 7, false, "vmx-hlt-exit"},
	{PRIMARY, 9, false, "vmx-invlpg-exit"},
	{PRIMARY, 10, false, "vmx-mwait-exit"},
	{PRIMARY, 11, false, "vmx-rdpmc-exit"},
	{PRIMARY, 12, false, "vmx-rdtsc-exit"},
	{PRIMARY, 15, true, "vmx-cr3-load-noexit"},
	{PRIMARY, 16, true, "vmx-cr3-store-noexit"},
	{PRIMARY, 17, false, "tertiary-controls"},
	{PRIMARY, 19, false, "vmx-cr8-load-exit"},
	{PRIMARY, 20, false, "vmx-cr8-store-exit"},
	{PRIMARY, 21, false, "vmx-flexpriority"},
	{PRIMARY, 22, false, "vmx-vnmi-pending"},
	{PRIMARY, 23, false, "vmx-movdr-exit"},
	{PRIMARY, 24, false, "vmx-io-exit"},
	{PRIMARY, 25, false, "vmx-io-bitmap"},
	{PRIMARY, 27, false, "vmx-mtf"},
	{PRIMARY, 28, false, "vmx-msr-bitmap"},
	{PRIMARY, 29, false, "vmx-monitor-exit"},
	{PRIMARY, 30, false, "vmx-pause-exit"},
	{PRIMARY, 31, false, "vmx-secondary-ctls"},
	{SECONDARY, 0, false, "vmx-apicv-xapic"},
	{SECONDARY, 1, false, "vmx-ept"},
	{SECONDARY, 2, false, "vmx-desc-exit"},
	{SECONDARY, 3, false, "vmx-rdtscp-exit"},
	{SECONDARY, 4, false, "vmx-apicv-x2apic"},
	{SECONDARY, 5, false, "vmx-vpid"},
	{SECONDARY, 6, false, "vmx-wbinvd-exit"},
	{SECONDARY, 7, false, "vmx-unrestricted-guest"},
	{SECONDARY, 8, false, "vmx-apicv-register"},
	{SECONDARY, 9, false, "vmx-apicv-vid"},
	{SECONDARY, 10, false, "vmx-ple"},
	{SECONDARY, 11, false, "vmx-rdrand-exit"},
	{SECONDARY, 12, false, "vmx-invpcid-exit"},
	{SECONDARY, 13, false, "vmx-vmfunc"},
	{SECONDARY, 14, false, "vmx-shadow-vmcs"},
	{SECONDARY, 15, false, "vmx-encls-exit"},
	{SECONDARY, 16, false, "vmx-rdseed-exit"},
	{SECONDARY, 17, false, "vmx-pml"},
	{SECONDARY, 18, false, "ept-violation-ve"},
	{SECONDARY, 19, false, "conceal-vmx-from-pt"},
	{SECONDARY, 20, false, "vmx-xsaves"},
	{SECONDARY, 22, false, "mode-based-execute"},
	{SECONDARY, 23, false, "sub-page-write"},
	{SECONDARY, 24, false, "pt-guest-physical"},
	{SECONDARY, 25, false, "vmx-tsc-scaling"},
	{SECONDARY, 26, false, "vmx-enable-user-wait-pause"},
	{SECONDARY, 28, false, "enclv-exit"},
	{EXIT, 2, true, "vmx-exit-nosave-debugctl"},
	{EXIT, 9, false, "host-address-space-size"},
	{EXIT, 12, false, "vmx-exit-load-perf-global-ctrl"},
	{EXIT, 15, false, "vmx-exit-ack-intr"},
	{EXIT, 18, false, "vmx-exit-save-pat"},
	{EXIT, 19, false, "vmx-exit-load-pat"},
	{EXIT, 20, false, "vmx-exit-save-efer"},
	{EXIT, 21, false, "vmx-exit-load-efer"},
	{EXIT, 22, false, "vmx-exit-save-preemption-timer"},
	{EXIT, 23, false, "vmx-exit-clear-bndcfgs"},
	{EXIT, 24, false, "exit-conceal-vmx-from-pt"},
	{EXIT, 25, false, "vmx-exit-clear-rtit-ctl"},
	{EXIT, 28, false, "exit-load-cet-state"},
	{EXIT, 29, false, "vmx-exit-load-pkrs"},
	{EXIT, 31, false, "vmx-exit-secondary-ctls"},
	{ENTRY, 2, true, "vmx-entry-noload-debugctl"},
	{ENTRY, 9, false, "vmx-entry-ia32e-mode"},
	{ENTRY, 10, false, "entry-to-smm"},
	{ENTRY, 11, false, "deactivate-dual-monitor"},
	{ENTRY, 13, false, "vmx-entry-load-perf-global-ctrl"},
	{ENTRY, 14, false, "vmx-entry-load-pat"},
	{ENTRY, 15, false, "vmx-entry-load-efer"},
	{ENTRY, 16, false, "vmx-entry-load-bndcfgs"},
	{ENTRY, 17, false, "entry-conceal-vmx-from-pt"},
	{ENTRY, 18, false, "vmx-entry-load-rtit-ctl"},
	{ENTRY, 20, false, "entry-load-cet-state"},
	{ENTRY, 22, false, "vmx-entry-load-pkrs"},
	{MISC, 5, false, "vmx-store-lma"},
	{MISC, 6, false, "vmx-activity-hlt"},
	{MISC, 7, false, "vmx-activity-shutdown"},
	{MISC, 8, false, "vmx-activity-wait-sipi"},
	{MISC, 29, false, "vmx-vmwrite-vmexit-fields"},
	{MISC, 30, false, "vmx-zero-len-inject"},
	{EPT_VPID, 0, false, "vmx-ept-execonly"},
	{EPT_VPID, 6, false, "vmx-page-walk-4"},
	{EPT_VPID, 7, false, "vmx-page-walk-5"},
	{EPT_VPID, 8, false, "ept-uncacheable"},
	{EPT_VPID, 14, false, "ept-write-back"},
	{EPT_VPID, 16, false, "vmx-ept-2mb"},
	{EPT_VPID, 17, false, "vmx-ept-1gb"},
	{EPT_VPID, 20, false, "vmx-invept"},
	{EPT_VPID, 21, false, "vmx-eptad"},
	{EPT_VPID, 22, false, "vmx-ept-advanced-exitinfo"},
	{EPT_VPID, 23, false, "ept-supervisor-shadow-stack"},
	{EPT_VPID, 25, false, "vmx-invept-single-context"},
	{EPT_VPID, 26, false, "vmx-invept-all-context"},
	{EPT_VPID, 32, false, "vmx-invvpid"},
	{EPT_VPID, 40, false, "vmx-invvpid-single-addr"},
	{EPT_VPID, 41, false, "vmx-invvpid-single-context"},
	{EPT_VPID, 42, false, "vmx-invvpid-all-context"},
	{EPT_VPID, 43, false, "vmx-invept-single-context-noglobals"},
	{VMFUNC, 0, false, "vmx-eptp-switching"},
};

const size_t caps_count = COUNT(caps_table);

static bool has_controls(uint32_t msr)
{
	return (msr >= PIN && msr <= ENTRY) || msr == SECONDARY;
}

/* The MSR's value; that of controls is the TRUE MSR's, where there are such. */
static uint64_t value_of(uint32_t msr, const struct vmx_evidence *evidence)
{
	if (msr >= PIN && msr <= ENTRY && evidence->basic.true_controls)
		msr += TRUE_PIN - PIN;
	return evidence->msr[msr - VMX_MSR_FIRST].value;
}

/* SDM vol. 3D A.3 "VM-Execution Controls": what the halves of such an MSR say. */
enum caps_state caps_state(const struct caps_entry *entry, const struct vmx_evidence *evidence)
{
	uint64_t value = value_of(entry->msr, evidence);

	if (!has_controls(entry->msr))
		return value >> entry->bit & 1 ? CAPS_YES : CAPS_NO;
	if (!(value >> 32 >> entry->bit & 1))
		return CAPS_MUST_BE_0;
	return value >> entry->bit & 1 ? CAPS_MUST_BE_1 : CAPS_OPTIONAL;
}

bool caps_has(const struct caps_entry *entry, const struct vmx_evidence *evidence)
{
	switch (caps_state(entry, evidence)) {
	case CAPS_MUST_BE_0:
		return entry->inverted && value_of(entry->msr, evidence) != 0;
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
	return "a control without a name";
}
