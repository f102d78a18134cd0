#include "tools/check/name_list.h"

#include "kernel/record/caps.h"
#include "kernel/record/hypervisor.h"
#include "tools/check/lines.h"
#include "tools/check/name_caps.h"
#include "tools/check/name_json.h"
#include "tools/check/name_keys.h"
#include "tools/check/name_labels.h"
#include "tools/check/name_libvirt.h"
#include "tools/check/name_phrases.h"
#include "tools/check/name_windows.h"
#include "tools/check/vmxcap.h"

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
	name_linux_read(line, &naming->linux, naming->list, naming->evidence);
	if (bytes_skip(line, "- ", &value))
		name_labels_add(name_labels_xen, value, &naming->list->caps);
	if (bytes_skip(line, "Intel64 Family ", &value) ||
	    bytes_skip(line, "AMD64 Family ", &value))
		name_keys_windows_cpu(naming, line); /* Coreinfo's second line */
	in_json = name_json_take(line, &naming->field, &value);
	name_keys_read(naming, line, in_json ? naming->field : (struct bytes){0}, value);
	if (in_json)
		naming->field = (struct bytes){0};
}

uint32_t name_signature(uint64_t family, uint64_t model, uint64_t stepping)
{
	uint32_t extended = family > 15 ? (uint32_t)(family - 15) & 0xFF : 0;

	return (uint32_t)(stepping & 0xF) | (uint32_t)(model & 0xF) << 4 |
	       (uint32_t)(family > 15 ? 15 : family & 0xF) << 8 |
	       (uint32_t)(model >> 4 & 0xF) << 16 | extended << 20;
}

/* What may be about AMD-V is about VT-x where the vendor is another one than AMD. */
static void conclude_either(struct name_list *list, const struct vmx_evidence *evidence)
{
	if (evidence->vendor[0] == '\0')
		return;
	if (list->listed == NAME_UNSEEN)
		list->listed = list->either.listed;
	if (list->firmware == NAME_UNSEEN)
		list->firmware = list->either.firmware;
	list->locked |= list->either.locked;
}

/* What AMD's CPUs have, and Windows lists, is SVM. */
static void conclude_amd(struct name_list *list)
{
	list->listed = NAME_NO;
	list->raw = true;
	list->locked = false;
}

bool name_list_read(struct bytes text, struct name_list *list, struct vmx_evidence *evidence)
{
	struct naming naming = {.list = list, .evidence = evidence};
	struct bytes rest = text, line;

	while (lines_take(&rest, &line))
		name_line(&naming, line);
	name_libvirt_read(text, list, evidence);
	if (naming.has_model && naming.family < 0x10F && evidence->signature == 0)
		evidence->signature = name_signature(naming.family, naming.model, naming.stepping);
	if (vmxcap_read(text, list)) {
		list->format = "vmxcap";
		list->listed = NAME_YES;
	}
	conclude_either(list, evidence);
	name_windows_conclude(list);
	if (hypervisor_cpu_is_amd(evidence))
		conclude_amd(list);
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
