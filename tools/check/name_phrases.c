#include "tools/check/name_phrases.h"

#include "tools/check/lines.h"
#include "tools/check/name_caps.h"

#include <string.h>

/*
 * Linux, kvm_intel and Xen complain of a locked register only: they set an unlocked one themselves.
 * Windows does not say which it is.
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
	{"VM Monitor Mode Extensions: Yes", "systeminfo", NAME_YES, NAME_UNSEEN, false, NULL},
	{"VM Monitor Mode Extensions: No", "systeminfo", NAME_NO, NAME_UNSEEN, false, NULL},
	{"Virtualization Enabled In Firmware: Yes", "systeminfo", NAME_UNSEEN, NAME_YES, false,
         NULL},
	{"Virtualization Enabled In Firmware: No", "systeminfo", NAME_UNSEEN, NAME_NO, false, NULL},
	{"Second Level Address Translation: Yes", "systeminfo", NAME_UNSEEN, NAME_UNSEEN, false,
         "vmx-ept"},
	{"A hypervisor has been detected", "systeminfo", NAME_UNSEEN, NAME_UNSEEN, false, NULL},
	{"HyperVRequirementVMMonitorModeExtensions", "Get-ComputerInfo", NAME_UNSEEN, NAME_UNSEEN,
         false, NULL},
	{"<feature policy='require' name='vmx'/>", "libvirt", NAME_YES, NAME_UNSEEN, false, NULL},
	{"<feature name='vmx'/>", "libvirt", NAME_YES, NAME_UNSEEN, false, NULL},
	{"<domainCapabilities>", "libvirt", NAME_UNSEEN, NAME_UNSEEN, false, NULL},
};

/* The lines of Get-ComputerInfo have any number of spaces before the colon. */
static bool is_true(struct bytes line, const char *property, bool *value)
{
	struct bytes rest;

	if (!bytes_skip(line, property, &rest))
		return false;
	*value = lines_have(rest, "True");
	return *value || lines_have(rest, "False");
}

static void read_computer_info(struct bytes line, struct name_list *list)
{
	bool value;

	if (is_true(line, "HyperVRequirementVMMonitorModeExtensions", &value)) {
		list->listed = value ? NAME_YES : NAME_NO;
		list->raw = true;
	}
	if (is_true(line, "HyperVRequirementVirtualizationFirmwareEnabled", &value))
		list->firmware = value ? NAME_YES : NAME_NO;
	if (is_true(line, "HyperVRequirementSecondLevelAddressTranslation", &value) && value)
		name_caps_add(&list->caps, "vmx-ept");
}

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
		list->raw |= strstr(phrases[i].phrase, "VM Monitor Mode Extensions:") != NULL;
		if (phrases[i].capability != NULL)
			name_caps_add(&list->caps, phrases[i].capability);
		evidence->hypervisor |= strstr(phrases[i].phrase, "hypervisor has been") != NULL;
	}
	read_computer_info(line, list);
	read_libvirt(line, list);
}
