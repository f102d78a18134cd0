#include "tools/check/name_unix.h"

#include "kernel/lib/number.h"
#include "tools/check/lines.h"
#include "tools/check/name_flags.h"

#include <string.h>

/* These lists show CPUID's own bits. A long one goes on in further lines, of which each is read. */
static void set_features(struct bytes value, const char *format, struct name_list *list)
{
	bool vmx = name_has_word(value, "VMX");

	list->format = format;
	list->raw = true;
	if (vmx || list->listed == NAME_UNSEEN)
		list->listed = vmx ? NAME_YES : NAME_NO;
}

static void read_64_bit(struct bytes value, const char *name, struct name_list *list)
{
	if (name_has_word(value, name))
		list->long_mode = LONG_MODE_YES;
}

/* Reads two hexadecimal digits and what separates them from the next ones. */
static bool take_byte(struct bytes *text, const char *after, uint64_t *value)
{
	struct bytes digits;

	return bytes_slice(*text, 0, 2, &digits) && number_take_hexadecimal(&digits, value) &&
	       digits.size == 0 && bytes_skip(bytes_from(*text, 2), after, text);
}

/* "Intel(R) Core(TM) i5-3470 CPU @ 3.20GHz, 3192.95 MHz, 06-3a-09": family, model, stepping. */
static void read_openbsd_name(struct bytes value, struct vmx_evidence *evidence)
{
	uint64_t family, model, stepping;
	struct bytes brand, part;

	if (!lines_take_until(&value, ", ", &brand))
		return;
	for (bool more = true; more;) {
		more = lines_take_until(&value, ", ", &part);
		if (!more)
			part = value;
		if (part.size != strlen("06-3a-09") || !take_byte(&part, "-", &family) ||
		    !take_byte(&part, "-", &model) || !take_byte(&part, "", &stepping) ||
		    family > 15)
			continue;
		lines_copy(brand, evidence->brand, sizeof(evidence->brand));
		if (bytes_skip(brand, "Intel(R) ", &brand)) /* it does not print the vendor */
			lines_copy((struct bytes){(const uint8_t *)"GenuineIntel", 12},
			           evidence->vendor, sizeof(evidence->vendor));
		evidence->signature = (uint32_t)(stepping & 0xF) | (uint32_t)(model & 0xF) << 4 |
		                      (uint32_t)family << 8 | (uint32_t)(model >> 4) << 16;
		return;
	}
}

/* "family 0x6 model 0x17 stepping 0x6 (id 0x10676)" */
static void read_netbsd_id(struct bytes value, struct vmx_evidence *evidence)
{
	struct bytes before;
	uint64_t id;

	if (lines_take_until(&value, "(id 0x", &before) && number_take_hexadecimal(&value, &id) &&
	    bytes_equal(value, ")") && id <= UINT32_MAX)
		evidence->signature = (uint32_t)id;
}

void name_bsd_cpu0(struct bytes value, struct name_list *list, struct vmx_evidence *evidence)
{
	struct bytes rest;

	if (bytes_skip(value, "cpuid 1 ", &rest)) {
		set_features(rest, "OpenBSD's dmesg", list);
	} else if (bytes_skip(value, "cpuid 80000001 ", &rest)) {
		read_64_bit(rest, "LONG", list);
	} else if (bytes_skip(value, "FPU,", &rest)) { /* OpenBSD before 7.7 */
		set_features(rest, "OpenBSD's dmesg", list);
		read_64_bit(rest, "LONG", list);
	} else if (bytes_skip(value, "features1 ", &rest)) {
		set_features(rest, "NetBSD's dmesg", list);
	} else if (bytes_skip(value, "features2 ", &rest)) {
		read_64_bit(rest, "EM64T", list);
	} else if (bytes_skip(value, "family 0x", &rest)) {
		read_netbsd_id(rest, evidence);
	} else {
		read_openbsd_name(value, evidence);
	}
}

void name_macos_read(struct bytes line, struct name_list *list, struct vmx_evidence *evidence)
{
	struct bytes key, value = line;
	uint64_t number;

	if (!lines_take_until(&value, ": ", &key))
		return;
	if (bytes_equal(key, "machdep.cpu.features"))
		set_features(value, "macOS's sysctl", list);
	else if (bytes_equal(key, "machdep.cpu.extfeatures"))
		read_64_bit(value, "EM64T", list);
	else if (bytes_equal(key, "machdep.cpu.vendor"))
		lines_copy(value, evidence->vendor, sizeof(evidence->vendor));
	else if (bytes_equal(key, "machdep.cpu.brand_string"))
		lines_copy(value, evidence->brand, sizeof(evidence->brand));
	else if (bytes_equal(key, "machdep.cpu.signature") && number_read(value, &number) &&
	         number <= UINT32_MAX)
		evidence->signature = (uint32_t)number;
}
