#include "tools/check/name_phrases.h"

#include "kernel/lib/count.h"
#include "tools/check/lines.h"
#include "tools/check/name_caps.h"
#include "tools/check/name_reports.h"
#include "tools/check/name_unix.h"
#include "tools/check/name_windows.h"

/*
 * Linux, kvm_intel and Xen complain of a locked register only: they set an unlocked one themselves.
 * So does VirtualBox; but only "for all CPU modes" means that the lock leaves nothing.
 */
static const struct {
	const char *phrase;
	const char *format;
	enum name_answer listed, firmware;
	bool locked;
	bool either; /* it may be about AMD-V */
	const char *capability;
} phrases[] = {
	{"TXT) disabled by BIOS", "Linux's dmesg", NAME_YES, NAME_NO, true, false, NULL},
	{"kvm: disabled by bios", "Linux's dmesg", NAME_YES, NAME_NO, true, true, NULL},
	{"'kvm_intel' disabled by bios", "Linux's dmesg", NAME_YES, NAME_NO, true, false, NULL},
	{"VMX not enabled (by BIOS) in MSR_IA32_FEAT_CTL", "Linux's dmesg", NAME_YES, NAME_NO, true,
         false, NULL},
	{"no hardware support for 'kvm_intel'", "Linux's dmesg", NAME_NO, NAME_UNSEEN, false, false,
         NULL},
	{"kvm_intel: VMX not supported by CPU", "Linux's dmesg", NAME_NO, NAME_UNSEEN, false, false,
         NULL},
	{"VMX disabled by BIOS", "Xen's log", NAME_YES, NAME_NO, true, false, NULL},
	{"VMX operation disabled by BIOS", "FreeBSD's dmesg", NAME_YES, NAME_NO, true, false, NULL},
	{"HVM: VMX enabled", "Xen's log", NAME_YES, NAME_YES, false, false, NULL},
	{"VMX: Supported advanced features", "Xen's log", NAME_YES, NAME_YES, false, false, NULL},
	{"KVM (vmx) is disabled by your BIOS", "kvm-ok", NAME_YES, NAME_NO, true, false, NULL},
	{"KVM acceleration can be used", "kvm-ok", NAME_YES, NAME_YES, false, true, NULL},
	{"Your CPU does not support KVM extensions", "kvm-ok", NAME_NO, NAME_UNSEEN, false, false,
         NULL},
	{"Only emulated CPUs are available", "virt-host-validate", NAME_NO, NAME_UNSEEN, false,
         false, NULL},
	{"vmm0 at mainbus0: VMX/EPT", "OpenBSD's dmesg", NAME_YES, NAME_YES, false, false,
         "vmx-ept"},
	{"64-bit amd64 applications", "illumos's isainfo", NAME_NO, NAME_UNSEEN, false, false,
         NULL},
	{"VERR_VMX_MSR_ALL_VMX_DISABLED", "VirtualBox", NAME_YES, NAME_NO, true, false, NULL},
	{"VERR_VMX_MSR_VMX_DISABLED", "VirtualBox", NAME_YES, NAME_NO, false, false, NULL},
	{"VERR_VMX_MSR_VMXON_DISABLED", "VirtualBox", NAME_YES, NAME_NO, false, false, NULL},
	{"VERR_VMX_MSR_LOCKED_OR_DISABLED", "VirtualBox", NAME_YES, NAME_NO, false, false, NULL},
	{"VERR_VMX_NO_VMX", "VirtualBox", NAME_NO, NAME_UNSEEN, false, false, NULL},
	{"supports Intel VT-x, but Intel VT-x is disabled", "VMware", NAME_YES, NAME_NO, false,
         false, NULL},
	{"Technology (VT-x) is not turned on", "HAXM", NAME_YES, NAME_NO, false, false, NULL},
};

static void add_phrase(unsigned index, struct name_list *list)
{
	bool either = phrases[index].either;

	list->format = phrases[index].format;
	if (phrases[index].listed != NAME_UNSEEN)
		*(either ? &list->either.listed : &list->listed) = phrases[index].listed;
	if (phrases[index].firmware != NAME_UNSEEN)
		*(either ? &list->either.firmware : &list->firmware) = phrases[index].firmware;
	*(either ? &list->either.locked : &list->locked) |= phrases[index].locked;
	if (phrases[index].capability != NULL)
		name_caps_add(&list->caps, phrases[index].capability);
}

void name_phrases_read(struct bytes line, struct name_list *list, struct vmx_evidence *evidence)
{
	for (unsigned i = 0; i < COUNT_OF(phrases); i++) {
		if (lines_have(line, phrases[i].phrase))
			add_phrase(i, list);
	}
	name_reports_read(line, list, evidence);
	name_windows_read(line, list, evidence);
	name_macos_read(line, list, evidence);
}
