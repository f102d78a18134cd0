#include "tools/check/name_reports.h"

#include "kernel/lib/count.h"
#include "tools/check/lines.h"
#include "tools/check/name_caps.h"

#include <string.h>

enum fact {
	FACT_VMX,
	FACT_RAW_VMX, /* CPUID's own bit */
	FACT_FIRMWARE,
	FACT_EITHER,         /* VT-x or AMD-V */
	FACT_EITHER_ENABLED, /* and it is enabled */
	FACT_EPT,
	FACT_64_BIT,
	FACT_HYPERVISOR,
	FACT_NO_HYPERVISOR,
};

/* A "no" for VMX is none under Windows' own hypervisor, unless the report says that there is none.
 */
static const struct {
	const char *label;
	const char *format;
	enum fact fact;
	bool masked;
} labels[] = {
	{"VMX: virtual machine extensions", "cpuid", FACT_RAW_VMX, false},
	{"hypervisor guest status", "cpuid", FACT_HYPERVISOR, false},
	{"64-bit extensions technology available", "cpuid", FACT_64_BIT, false},
	{"Virtual Machine Extensions", "HWiNFO", FACT_VMX, true},
	{"64-bit Extensions", "HWiNFO", FACT_64_BIT, true},
	{"CPU VT-x Support", "HWiNFO", FACT_VMX, true},
	{"CPU VMX Status", "HWiNFO", FACT_FIRMWARE, true},
	{"Intel(R) Virtualization Technology:", "Intel's utility", FACT_VMX, true},
	{"Intel(R) VT-x with Extended Page Tables:", "Intel's utility", FACT_EPT, true},
	{"Intel(R) 64 Architecture:", "Intel's utility", FACT_64_BIT, true},
	{"VMX supported", "HAXM's checktool", FACT_VMX, true},
	{"VMX enabled", "HAXM's checktool", FACT_FIRMWARE, true},
	{"EPT supported", "HAXM's checktool", FACT_EPT, true},
	{"Intel64 supported", "HAXM's checktool", FACT_64_BIT, true},
	{"Hyper-V disabled", "HAXM's checktool", FACT_NO_HYPERVISOR, true},
	{"Checking for hardware virtualization", "virt-host-validate", FACT_EITHER, false},
	{"kern.hv_support", "macOS's sysctl", FACT_EITHER_ENABLED, false},
};

static const struct {
	const char *word;
	enum name_answer answer;
} answers[] = {
	{"true", NAME_YES},    {"Present", NAME_YES},    {"Supported", NAME_YES},
	{"Enabled", NAME_YES}, {"Yes", NAME_YES},        {"false", NAME_NO},
	{"Disabled", NAME_NO}, {"Not Present", NAME_NO}, {"Not Supported", NAME_NO},
	{"No", NAME_NO},       {"PASS", NAME_YES},       {"1", NAME_YES},
	{"0", NAME_NO},
};

/* Removes what stands between a label and its answer: tags of HTML, quotes, and "*" or "-". */
static struct bytes without_filler(struct bytes text)
{
	struct bytes tag;

	while (text.size != 0 && strchr(" :=*-\",<", text.at[0]) != NULL) {
		if (text.at[0] != '<' || !lines_take_until(&text, ">", &tag))
			text = bytes_from(text, 1);
	}
	for (size_t i = 0; i < text.size; i++) {
		if (text.at[i] == '<' || text.at[i] == '"')
			text.size = i;
	}
	return lines_trim(text);
}

static enum name_answer answer_after(struct bytes line, const char *label)
{
	struct bytes before;

	if (!lines_take_until(&line, label, &before))
		return NAME_UNSEEN;
	line = without_filler(line);
	for (unsigned i = 0; i < COUNT_OF(answers); i++) {
		if (bytes_equal(line, answers[i].word))
			return answers[i].answer;
	}
	return NAME_UNSEEN;
}

static void set_either(bool yes, bool enabled, struct name_list *list)
{
	list->either.listed = yes ? NAME_YES : NAME_NO;
	if (yes && enabled)
		list->either.firmware = NAME_YES;
}

static void add_fact(enum fact fact, bool yes, struct name_list *list,
                     struct vmx_evidence *evidence)
{
	switch (fact) {
	case FACT_VMX:
	case FACT_RAW_VMX:
		list->raw |= fact == FACT_RAW_VMX;
		if (yes || list->listed == NAME_UNSEEN)
			list->listed = yes ? NAME_YES : NAME_NO;
		break;
	case FACT_FIRMWARE:
		list->firmware = yes ? NAME_YES : NAME_NO;
		break;
	case FACT_EITHER:
	case FACT_EITHER_ENABLED:
		set_either(yes, fact == FACT_EITHER_ENABLED, list);
		break;
	case FACT_EPT:
		if (yes)
			name_caps_add(&list->caps, "vmx-ept");
		break;
	case FACT_64_BIT:
		if (yes)
			list->long_mode = LONG_MODE_YES;
		break;
	case FACT_HYPERVISOR:
	case FACT_NO_HYPERVISOR:
		evidence->hypervisor |= yes == (fact == FACT_HYPERVISOR);
		list->no_hypervisor |= yes == (fact == FACT_NO_HYPERVISOR);
		break;
	}
}

/*
 * "HV Support: 3", or with dots between. 0: the CPU has none; 1: it has, but not for ESXi; 2: the
 * firmware disables it; 3: enabled. VMware's article 1011712
 */
static void read_esxi(struct bytes line, struct name_list *list)
{
	struct bytes before;
	uint8_t digit;

	if (!lines_take_until(&line, "HV Support", &before))
		return;
	line = lines_trim(line);
	if (line.size < 2 || (line.at[0] != ':' && line.at[0] != '.'))
		return;
	digit = line.at[line.size - 1];
	if (digit < '0' || digit > '3')
		return;
	list->format = "ESXi";
	set_either(digit != '0', digit == '3', list);
	if (digit == '2')
		list->either.firmware = NAME_NO;
}

void name_vendor_by_maker(struct bytes name, struct vmx_evidence *evidence)
{
	static const struct {
		const char *name;
		char vendor[sizeof(evidence->vendor)];
	} makers[] = {
		{"Intel", "GenuineIntel"},
		{"AMD", "AuthenticAMD"},
		{"Advanced Micro Devices", "AuthenticAMD"},
		{"GenuineIntel", "GenuineIntel"},
		{"AuthenticAMD", "AuthenticAMD"},
	};
	struct bytes rest;

	for (unsigned i = 0; evidence->vendor[0] == '\0' && i < COUNT_OF(makers); i++) {
		if (bytes_skip(name, makers[i].name, &rest))
			memcpy(evidence->vendor, makers[i].vendor, sizeof(evidence->vendor));
	}
}

void name_reports_read(struct bytes line, struct name_list *list, struct vmx_evidence *evidence)
{
	struct bytes vendor;

	for (unsigned i = 0; i < COUNT_OF(labels); i++) {
		enum name_answer answer = answer_after(line, labels[i].label);

		if (answer == NAME_UNSEEN)
			continue;
		list->format = labels[i].format;
		list->masked |= labels[i].masked;
		add_fact(labels[i].fact, answer == NAME_YES, list, evidence);
	}
	if (bytes_skip(line, "CPU vendor ", &vendor))
		name_vendor_by_maker(without_filler(vendor), evidence);
	read_esxi(line, list);
}
