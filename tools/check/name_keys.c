#include "tools/check/name_keys.h"

#include "kernel/lib/count.h"
#include "kernel/lib/number.h"
#include "tools/check/lines.h"
#include "tools/check/name_flags.h"
#include "tools/check/name_labels.h"
#include "tools/check/name_unix.h"

typedef void read_value(struct naming *naming, struct bytes value);

/* Some tools print strings in quotes. */
static struct bytes without_quotes(struct bytes value)
{
	if (bytes_skip(value, "\"", &value) && value.size > 0)
		value.size--;
	return value;
}

static void name_vendor(struct naming *naming, struct bytes value)
{
	if (naming->evidence->vendor[0] == '\0')
		lines_copy(without_quotes(value), naming->evidence->vendor,
		           sizeof(naming->evidence->vendor));
}

static void name_brand(struct naming *naming, struct bytes value)
{
	if (naming->evidence->brand[0] == '\0')
		lines_copy(without_quotes(value), naming->evidence->brand,
		           sizeof(naming->evidence->brand));
}

/* Reads a number, or a last one in parentheses: cpuid prints "0xe (14)" and "Pentium 4 (15)". */
static bool name_number(struct bytes value, uint64_t *number)
{
	struct bytes before, rest = value;

	if (number_read(value, number))
		return true;
	while (lines_take_until(&rest, "(", &before)) {
		if (number_take_decimal(&rest, number) && bytes_equal(rest, ")"))
			return true;
	}
	return false;
}

static void name_family(struct naming *naming, struct bytes value)
{
	name_number(value, &naming->family);
}

static void name_model(struct naming *naming, struct bytes value)
{
	naming->has_model |= name_number(value, &naming->model);
}

static void name_stepping(struct naming *naming, struct bytes value)
{
	name_number(value, &naming->stepping);
}

/* cpuid prints the parts of CPUID.1:EAX, first the plain family and model. */
static void name_extended_family(struct naming *naming, struct bytes value)
{
	uint64_t extended;

	if (name_number(value, &extended) && extended <= 0xFF)
		naming->family += extended;
}

static void name_extended_model(struct naming *naming, struct bytes value)
{
	uint64_t extended;

	if (name_number(value, &extended))
		naming->model |= (extended & 0xF) << 4;
}

/* "CPU ID: 000906E9" of HWiNFO */
static void name_id(struct naming *naming, struct bytes value)
{
	uint64_t id;

	if (value.size == 8 && number_take_hexadecimal(&value, &id) && value.size == 0)
		naming->evidence->signature = (uint32_t)id;
}

/* "Virtualization: VT-x" of lscpu */
static void name_virtualization(struct naming *naming, struct bytes value)
{
	if (bytes_equal(value, "VT-x"))
		naming->list->listed = NAME_YES;
}

static void name_hypervisor(struct naming *naming, struct bytes value)
{
	naming->evidence->hypervisor |= value.size != 0;
}

static void name_flags(struct naming *naming, struct bytes value)
{
	name_flags_read(value, naming->list, naming->evidence);
}

/* Linux lists these only where it has found VMX enabled: init_ia32_feat_ctl() of Linux 5.6. */
static void name_linux_caps(struct naming *naming, struct bytes value)
{
	struct bytes word;

	naming->list->firmware = NAME_YES;
	while ((word = bytes_take_word(&value)).size != 0)
		name_labels_add(name_labels_linux, word, &naming->list->caps);
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
		name_labels_add(name_labels_freebsd, word, &naming->list->caps);
	}
}

void name_keys_windows_cpu(struct naming *naming, struct bytes value)
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

/* "Brand: GenuineIntel" of ESXi. Anything has a brand. */
static void name_esxi_brand(struct naming *naming, struct bytes value)
{
	if (bytes_equal(value, "GenuineIntel") || bytes_equal(value, "AuthenticAMD"))
		name_vendor(naming, value);
}

/* The lines "KEY: VALUE" and "KEY=VALUE". */
static const struct {
	const char *key;
	read_value *read;
	const char *format; /* that it belongs to; NULL: it does not say */
	const char *word;   /* that the value must have; NULL: none. Devices have flags, too */
} keys[] = {
	{"vendor_id", name_vendor, "Linux's /proc/cpuinfo", NULL},
	{"model name", name_brand, "Linux's /proc/cpuinfo", NULL},
	{"cpu family", name_family, NULL, NULL},
	{"model", name_model, NULL, NULL},
	{"stepping", name_stepping, NULL, NULL},
	{"flags", name_flags, "Linux's /proc/cpuinfo", "fpu"},
	{"vmx flags", name_linux_caps, "Linux's /proc/cpuinfo", NULL},
	{"Vendor ID", name_vendor, "lscpu", NULL},
	{"Model name", name_brand, "lscpu", NULL},
	{"CPU family", name_family, NULL, NULL},
	{"Model", name_model, NULL, NULL},
	{"Stepping", name_stepping, NULL, NULL},
	{"Flags", name_flags, "lscpu", "fpu"},
	{"Hypervisor vendor", name_hypervisor, NULL, NULL},
	{"Processor(s)", name_keys_windows_cpu, NULL, NULL},
	{"[01]", name_keys_windows_cpu, NULL, NULL},
	{"Origin", name_freebsd_cpu, "FreeBSD's dmesg", NULL},
	{"Features2", name_freebsd_features, "FreeBSD's dmesg", NULL},
	{"AMD Features", name_freebsd_amd_features, NULL, NULL},
	{"VT-x", name_freebsd_caps, "FreeBSD's dmesg", NULL},
	{"cpu0", name_cpu0, NULL, NULL},
	{"Virtualization", name_virtualization, "lscpu", NULL},
	{"brand", name_brand, "cpuid", NULL},
	{"family", name_family, NULL, NULL},
	{"stepping id", name_stepping, NULL, NULL},
	{"extended family", name_extended_family, NULL, NULL},
	{"extended model", name_extended_model, NULL, NULL},
	{"Brand", name_esxi_brand, NULL, NULL},
	{"Family", name_family, NULL, NULL},
	{"CPU Brand Name", name_brand, "HWiNFO", NULL},
	{"CPU Vendor", name_vendor, "HWiNFO", NULL},
	{"CPU ID", name_id, NULL, NULL},
};

static void name_field(struct naming *naming, unsigned key, struct bytes line)
{
	struct bytes rest, value;

	if (!bytes_skip(line, keys[key].key, &rest))
		return;
	rest = lines_trim(rest);
	if (!bytes_skip(rest, ":", &value) && !bytes_skip(rest, "=", &value))
		return;
	if (keys[key].word != NULL && !name_has_word(value, keys[key].word))
		return;
	if (naming->list->format == NULL)
		naming->list->format = keys[key].format;
	keys[key].read(naming, lines_trim(value));
}

void name_keys_read(struct naming *naming, struct bytes line, struct bytes field, struct bytes data)
{
	for (unsigned i = 0; i < COUNT_OF(keys); i++) {
		name_field(naming, i, line);
		if (field.size == 0 || !bytes_equal(field, keys[i].key))
			continue;
		naming->list->format = "lscpu";
		keys[i].read(naming, data);
	}
}
