#include "tools/check/name_linux.h"

#include "kernel/lib/number.h"
#include "tools/check/lines.h"
#include "tools/check/name_flags.h"
#include "tools/check/name_labels.h"
#include "tools/check/name_reports.h"

/* Returns whether the line is "KEY: VALUE"; Mint's reports capitalize lshw's keys. */
static bool has_key(struct bytes line, const char *key, const char *capitalized,
                    struct bytes *value)
{
	return bytes_skip(line, key, value) || bytes_skip(line, capitalized, value);
}

/* Devices other than CPUs have capabilities, too, but not fpu. */
static void read_lshw(struct bytes line, struct name_linux *state, struct name_list *list,
                      struct vmx_evidence *evidence)
{
	struct bytes value;

	if (bytes_skip(line, "*-", &value))
		state->vendor = (struct bytes){0};
	if (has_key(line, "vendor: ", "Vendor: ", &value))
		state->vendor = value;
	if (!has_key(line, "capabilities: ", "Capabilities: ", &value) ||
	    !name_has_word(value, "fpu"))
		return;
	list->format = "lshw";
	name_vendor_by_maker(state->vendor, evidence);
	name_flags_read(value, list, evidence);
}

/* "  Features: fpu,vme,...", below "  Vendor: "GenuineIntel"" */
static void read_hwinfo(struct bytes line, const struct name_linux *state, struct name_list *list,
                        struct vmx_evidence *evidence)
{
	struct bytes value, vendor = state->vendor;

	if (!bytes_skip(line, "Features: fpu,", &value))
		return;
	list->format = "hwinfo";
	if (bytes_skip(vendor, "\"", &vendor) && vendor.size == 13 && evidence->vendor[0] == '\0')
		lines_copy((struct bytes){vendor.at, 12}, evidence->vendor,
		           sizeof(evidence->vendor));
	name_flags_read(value, list, evidence);
}

/*
 * "Info: quad core model: Intel Core i5-1035G1 bits: 64 type: ..." and, in the same or a later
 * line, "Flags: ... vmx"; before version 3 "CPU: Quad core Intel Core i5 (-MCP-)" and "flags: (...
 * vmx)". The flags are a selection that has vmx.
 */
static void read_inxi(struct bytes line, struct name_linux *state, struct name_list *list,
                      struct vmx_evidence *evidence)
{
	struct bytes before, model = line, flags = line;
	bool modern = lines_take_until(&model, " model: ", &before) &&
	              lines_have(model, " bits: ") && lines_have(model, " type: ");

	if (modern || lines_have(line, "MCP-) ")) {
		state->inxi = true;
		if (modern)
			name_vendor_by_maker(model, evidence);
	}
	if (!state->inxi || !lines_take_until(&flags, "lags: ", &before))
		return;
	list->format = "inxi";
	name_flags_read(flags, list, evidence);
}

/* The module stays loaded only where every CPU has VMX, and enabled: kvm_intel's vmx_init(). */
static void set_kvm_intel(const char *format, struct name_list *list)
{
	list->format = format;
	list->listed = NAME_YES;
	list->firmware = NAME_YES;
}

/* "kvm_intel             282624  0" */
static void read_lsmod(struct bytes line, struct name_list *list)
{
	struct bytes name = bytes_take_word(&line), size = bytes_take_word(&line);
	uint64_t number;

	if (bytes_equal(name, "kvm_intel") && number_read(size, &number) &&
	    number_read(bytes_take_word(&line), &number))
		set_kvm_intel("lsmod", list);
}

/* "/sys/module/kvm_intel/parameters/ept:Y", as grep and head print them. N may be a choice. */
static void read_parameter(struct bytes line, struct name_list *list)
{
	struct bytes before, name, value = line;

	if (!lines_take_until(&value, "/sys/module/kvm_intel/parameters/", &before) ||
	    !lines_take_until(&value, ":", &name) || value.size == 0 || value.at[0] == ' ')
		return;
	set_kvm_intel("kvm_intel's parameters", list);
	if (bytes_equal(value, "Y"))
		name_labels_add(name_labels_linux, name, &list->caps);
}

/* Reads the hexadecimal number after a key; older kernels omit its 0x. */
static bool take_hexadecimal(struct bytes *text, const char *key, uint64_t *value)
{
	struct bytes before;

	if (!lines_take_until(text, key, &before))
		return false;
	bytes_skip(*text, "0x", text);
	return number_take_hexadecimal(text, value);
}

/*
 * "smpboot: CPU0: Intel(R) Core(TM) i7-7700 CPU @ 3.60GHz (family: 0x6, model: 0x9e, stepping:
 * 0x9)", or "(fam: 06, model: 3a, stepping: 09)" of older kernels, in dmesg
 */
static void read_smpboot(struct bytes line, struct vmx_evidence *evidence)
{
	uint64_t family, model, stepping;
	struct bytes before, brand, rest = line;

	if (!lines_take_until(&rest, "CPU0: ", &before) ||
	    !lines_take_until(&rest, " (fam", &brand) || !take_hexadecimal(&rest, ": ", &family) ||
	    !take_hexadecimal(&rest, "model: ", &model) ||
	    !take_hexadecimal(&rest, "stepping: ", &stepping) || evidence->vendor[0] != '\0')
		return;
	name_vendor_by_maker(brand, evidence);
	lines_copy(brand, evidence->brand, sizeof(evidence->brand));
	evidence->signature = name_signature(family, model, stepping);
}

void name_linux_read(struct bytes line, struct name_linux *state, struct name_list *list,
                     struct vmx_evidence *evidence)
{
	read_lshw(line, state, list, evidence);
	read_hwinfo(line, state, list, evidence);
	read_inxi(line, state, list, evidence);
	read_lsmod(line, list);
	read_parameter(line, list);
	read_smpboot(line, evidence);
	name_flags_go_on(line, list, evidence);
}
