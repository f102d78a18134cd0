#include "tools/check/name_list.h"

#include "kernel/lib/number.h"
#include "kernel/record/caps.h"
#include "kernel/record/hypervisor.h"
#include "tools/check/lines.h"
#include "tools/check/name_caps.h"
#include "tools/check/name_json.h"
#include "tools/check/name_labels.h"
#include "tools/check/name_phrases.h"
#include "tools/check/name_unix.h"
#include "tools/check/name_windows.h"
#include "tools/check/vmxcap.h"

/* What is read into: the list, the evidence, and what the signature is made of. */
struct naming {
	struct name_list *list;
	struct vmx_evidence *evidence;
	uint64_t family, model, stepping;
	bool has_model;
	struct bytes field; /* of lscpu --json, whose data follow */
};

typedef void read_value(struct naming *naming, struct bytes value);

static void name_vendor(struct naming *naming, struct bytes value)
{
	if (naming->evidence->vendor[0] == '\0')
		lines_copy(value, naming->evidence->vendor, sizeof(naming->evidence->vendor));
}

static void name_brand(struct naming *naming, struct bytes value)
{
	if (naming->evidence->brand[0] == '\0')
		lines_copy(value, naming->evidence->brand, sizeof(naming->evidence->brand));
}

static void name_family(struct naming *naming, struct bytes value)
{
	number_read(value, &naming->family);
}

static void name_model(struct naming *naming, struct bytes value)
{
	naming->has_model |= number_read(value, &naming->model);
}

static void name_stepping(struct naming *naming, struct bytes value)
{
	number_read(value, &naming->stepping);
}

static void name_hypervisor(struct naming *naming, struct bytes value)
{
	naming->evidence->hypervisor |= value.size != 0;
}

/* The flags of Linux and of FreeBSD. */
static void name_flags(struct naming *naming, struct bytes value)
{
	bool vmx = name_has_word(value, "vmx") || name_has_word(value, "VMX");

	naming->evidence->hypervisor |=
		name_has_word(value, "hypervisor") || name_has_word(value, "HV");
	if (vmx || naming->list->listed == NAME_UNSEEN)
		naming->list->listed = vmx ? NAME_YES : NAME_NO;
	if (name_has_word(value, "lm"))
		naming->list->long_mode = LONG_MODE_YES;
}

static void add_labels(struct naming *naming, const struct name_label *labels, struct bytes word)
{
	for (; labels->label != NULL; labels++) {
		if (bytes_equal(word, labels->label))
			name_caps_add(&naming->list->caps, labels->capability);
	}
}

/* Linux lists these only where it has found VMX enabled: init_ia32_feat_ctl() of Linux 5.6. */
static void name_linux_caps(struct naming *naming, struct bytes value)
{
	struct bytes word;

	naming->list->firmware = NAME_YES;
	while ((word = bytes_take_word(&value)).size != 0)
		add_labels(naming, name_labels_linux, word);
}

/* FreeBSD says "(disabled in BIOS)" of an unlocked register, too. */
static void name_freebsd_caps(struct naming *naming, struct bytes value)
{
	struct bytes word;

	naming->list->listed = NAME_YES;
	naming->list->firmware =
		bytes_skip(value, "(disabled in BIOS)", &value) ? NAME_NO : NAME_YES;
	value = lines_trim(value);
	for (size_t i = 0, start = 0; i <= value.size; i++) {
		if (i < value.size && value.at[i] != ',')
			continue;
		bytes_slice(value, start, i - start, &word);
		start = i + 1;
		add_labels(naming, name_labels_freebsd, word);
	}
}

/* "Processor(s)" of systeminfo: "[01]: Intel64 Family 6 Model 158 Stepping 9 GenuineIntel ~...". */
static void name_windows_cpu(struct naming *naming, struct bytes value)
{
	struct bytes word;

	while ((word = bytes_take_word(&value)).size != 0) {
		struct bytes after = value, number = bytes_take_word(&after);

		if (number.size > 0 && number.at[number.size - 1] == ',')
			number.size--; /* Coreinfo's */
		if (bytes_equal(word, "Family"))
			name_family(naming, number);
		else if (bytes_equal(word, "Model"))
			name_model(naming, number);
		else if (bytes_equal(word, "Stepping"))
			name_stepping(naming, number);
		else if (bytes_equal(word, "GenuineIntel") || bytes_equal(word, "AuthenticAMD"))
			name_vendor(naming, word);
	}
}

static void name_cpu0(struct naming *naming, struct bytes value)
{
	name_bsd_cpu0(value, naming->list, naming->evidence);
}

/* "Origin="GenuineIntel" Id=0x306a9 ..." of FreeBSD has the signature itself. */
static void name_freebsd_cpu(struct naming *naming, struct bytes value)
{
	struct bytes word, rest;
	uint64_t id;

	while ((word = bytes_take_word(&value)).size != 0) {
		if (bytes_skip(word, "Id=", &rest) && number_read(rest, &id) && id <= UINT32_MAX)
			naming->evidence->signature = (uint32_t)id;
		else if (bytes_skip(word, "\"", &word) && word.size == 13)
			name_vendor(naming, (struct bytes){word.at, 12});
	}
}

static void name_freebsd_features(struct naming *naming, struct bytes value)
{
	struct bytes names;

	if (lines_take_until(&value, "<", &names) && lines_take_until(&value, ">", &names)) {
		name_flags(naming, names);
		naming->list->raw = true;
	}
}

static void name_freebsd_amd_features(struct naming *naming, struct bytes value)
{
	struct bytes names;

	if (lines_take_until(&value, "<", &names) && lines_take_until(&value, ">", &names) &&
	    lines_have(names, "LM"))
		naming->list->long_mode = LONG_MODE_YES;
}

/* The lines "KEY: VALUE" and "KEY=VALUE". */
static const struct {
	const char *key;
	read_value *read;
	const char *format; /* that it belongs to; NULL: it does not say */
} keys[] = {
	{"vendor_id", name_vendor, "Linux's /proc/cpuinfo"},
	{"model name", name_brand, "Linux's /proc/cpuinfo"},
	{"cpu family", name_family, NULL},
	{"model", name_model, NULL},
	{"stepping", name_stepping, NULL},
	{"flags", name_flags, "Linux's /proc/cpuinfo"},
	{"vmx flags", name_linux_caps, "Linux's /proc/cpuinfo"},
	{"Vendor ID", name_vendor, "lscpu"},
	{"Model name", name_brand, "lscpu"},
	{"CPU family", name_family, NULL},
	{"Model", name_model, NULL},
	{"Stepping", name_stepping, NULL},
	{"Flags", name_flags, "lscpu"},
	{"Hypervisor vendor", name_hypervisor, NULL},
	{"Processor(s)", name_windows_cpu, NULL},
	{"[01]", name_windows_cpu, NULL},
	{"Origin", name_freebsd_cpu, "FreeBSD's dmesg"},
	{"Features2", name_freebsd_features, "FreeBSD's dmesg"},
	{"AMD Features", name_freebsd_amd_features, NULL},
	{"VT-x", name_freebsd_caps, "FreeBSD's dmesg"},
	{"cpu0", name_cpu0, NULL},
};

static void name_field(struct naming *naming, const char *key, read_value *read, const char *format,
                       struct bytes line)
{
	struct bytes rest, value;

	if (!bytes_skip(line, key, &rest))
		return;
	rest = lines_trim(rest);
	if (!bytes_skip(rest, ":", &value) && !bytes_skip(rest, "=", &value))
		return;
	if (naming->list->format == NULL)
		naming->list->format = format;
	read(naming, lines_trim(value));
}

/* Removes what logs put before a line: "(XEN) ", "[    1.234567] ", "INFO: ". */
static struct bytes without_prefix(struct bytes line)
{
	struct bytes part, rest = line;

	if (bytes_skip(line, "(XEN) ", &line))
		rest = line;
	if (line.size != 0 && line.at[0] == '[' && lines_take_until(&rest, "] ", &part))
		line = rest;
	bytes_skip(line, "INFO: ", &line);
	return lines_trim(line);
}

static void name_line(struct naming *naming, struct bytes line)
{
	struct bytes value;
	bool in_json;

	line = without_prefix(line);
	if (line.size == 0)
		return;
	name_phrases_read(line, naming->list, naming->evidence);
	if (bytes_skip(line, "- ", &value))
		add_labels(naming, name_labels_xen, value);
	if (bytes_skip(line, "Intel64 Family ", &value) ||
	    bytes_skip(line, "AMD64 Family ", &value))
		name_windows_cpu(naming, line); /* Coreinfo's second line */
	in_json = name_json_take(line, &naming->field, &value);
	for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		name_field(naming, keys[i].key, keys[i].read, keys[i].format, line);
		if (!in_json || !bytes_equal(naming->field, keys[i].key))
			continue;
		naming->list->format = "lscpu";
		keys[i].read(naming, value);
	}
	if (in_json)
		naming->field = (struct bytes){0};
}

static uint32_t signature_of(const struct naming *naming)
{
	uint32_t family = (uint32_t)naming->family, model = (uint32_t)naming->model;
	uint32_t extended = family > 15 ? (family - 15) & 0xFF : 0;

	return ((uint32_t)naming->stepping & 0xF) | (model & 0xF) << 4 |
	       (family > 15 ? 15 : family) << 8 | (model >> 4 & 0xF) << 16 | extended << 20;
}

bool name_list_read(struct bytes text, struct name_list *list, struct vmx_evidence *evidence)
{
	struct naming naming = {.list = list, .evidence = evidence};
	struct bytes rest = text, line;

	while (lines_take(&rest, &line))
		name_line(&naming, line);
	name_windows_conclude(list);
	if (naming.has_model && naming.family < 0x100 && evidence->signature == 0)
		evidence->signature = signature_of(&naming);
	if (vmxcap_read(text, list)) {
		list->format = "vmxcap";
		list->listed = NAME_YES;
	}
	if (hypervisor_cpu_is_amd(evidence)) { /* what Windows lists is SVM then */
		list->listed = NAME_NO;
		list->raw = true;
		list->locked = false;
	}
	if (evidence->vendor[0] == '\0')
		evidence->signature = 0; /* whose model it is, is not known */
	evidence->vmx = list->listed == NAME_YES;
	if (!evidence->vmx && !(list->raw && list->listed == NAME_NO))
		evidence->signature = 0; /* else the CPU would pass for one without VMX */
	return list->format != NULL;
}

void name_list_print(const struct name_list *list, struct text *to)
{
	unsigned count = 0;

	if (list->format == NULL)
		return;
	for (size_t i = 0; i < caps_count; i++) {
		if (name_caps_has(&list->caps, caps_table[i].name) != NAME_YES)
			continue;
		if (count++ == 0)
			text_print(to, "cpu 0: named by %s:", list->format);
		text_print(to, "%s %s", count == 1 ? "" : ",", caps_table[i].name);
	}
	if (count != 0)
		text_print(to, "\n");
}
