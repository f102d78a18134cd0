#include "tools/check/name_phrases.h"

#include "tools/check/lines.h"
#include "tools/check/name_caps.h"
#include "tools/check/name_unix.h"
#include "tools/check/name_windows.h"

/*
 * Linux, kvm_intel and Xen complain of a locked register only: they set an unlocked one themselves.
 */
static const struct {
	const char *phrase;
	const char *format;
	enum name_answer listed, firmware;
	bool locked;
	const char *capability;
} phrases[] = {
	{"TXT) disabled by BIOS", "Linux's dmesg", NAME_YES, NAME_NO, true, NULL},
	{"kvm: disabled by bios", "Linux's dmesg", NAME_YES, NAME_NO, true, NULL},
	{"VMX disabled by BIOS", "Xen's log", NAME_YES, NAME_NO, true, NULL},
	{"VMX operation disabled by BIOS", "FreeBSD's dmesg", NAME_YES, NAME_NO, true, NULL},
	{"HVM: VMX enabled", "Xen's log", NAME_YES, NAME_YES, false, NULL},
	{"VMX: Supported advanced features", "Xen's log", NAME_YES, NAME_YES, false, NULL},
	{"KVM (vmx) is disabled by your BIOS", "kvm-ok", NAME_YES, NAME_NO, true, NULL},
	{"KVM acceleration can be used", "kvm-ok", NAME_UNSEEN, NAME_UNSEEN, false, NULL},
	{"Your CPU does not support KVM extensions", "kvm-ok", NAME_NO, NAME_UNSEEN, false, NULL},
	{"vmm0 at mainbus0: VMX/EPT", "OpenBSD's dmesg", NAME_YES, NAME_YES, false, "vmx-ept"},
	{"<feature policy='require' name='vmx'/>", "libvirt", NAME_YES, NAME_UNSEEN, false, NULL},
	{"<feature name='vmx'/>", "libvirt", NAME_YES, NAME_UNSEEN, false, NULL},
	{"<domainCapabilities>", "libvirt", NAME_UNSEEN, NAME_UNSEEN, false, NULL},
};

/* Reads "<feature policy='require' name='vmx-ept'/>", whose names are those of caps.h. */
static void read_libvirt(struct bytes line, struct name_list *list)
{
	char name[64] = "";
	struct bytes rest;
	size_t size = 0;

	if (!bytes_skip(line, "<feature policy='require' name='", &rest) &&
	    !bytes_skip(line, "<feature name='", &rest))
		return;
	for (; size < rest.size && size + 1 < sizeof(name) && rest.at[size] != '\''; size++)
		name[size] = (char)rest.at[size];
	name_caps_add(&list->caps, name);
}

void name_phrases_read(struct bytes line, struct name_list *list, struct vmx_evidence *evidence)
{
	for (unsigned i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		if (!lines_have(line, phrases[i].phrase))
			continue;
		list->format = phrases[i].format;
		if (phrases[i].listed != NAME_UNSEEN)
			list->listed = phrases[i].listed;
		if (phrases[i].firmware != NAME_UNSEEN)
			list->firmware = phrases[i].firmware;
		list->locked |= phrases[i].locked;
		if (phrases[i].capability != NULL)
			name_caps_add(&list->caps, phrases[i].capability);
	}
	name_windows_read(line, list, evidence);
	name_macos_read(line, list, evidence);
	read_libvirt(line, list);
}
