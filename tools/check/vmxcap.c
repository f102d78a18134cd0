#include "tools/check/vmxcap.h"

#include "kernel/lib/count.h"
#include "kernel/lib/number.h"
#include "tools/check/lines.h"
#include "tools/check/name_caps.h"
#include "tools/check/name_labels.h"

/* Its words for how a control may be set. "default": 1 by the plain MSR, and 0 by the TRUE one. */
static const struct {
	const char *word;
	bool may_be_0;
	bool may_be_1;
} states[] = {
	{"no", true, false},
	{"forced", false, true},
	{"yes", true, true},
	{"default", true, true},
};

static const struct name_section *section_of(struct bytes line)
{
	for (unsigned i = 0; i < name_sections_count; i++) {
		if (bytes_equal(line, name_sections[i].title))
			return &name_sections[i];
	}
	return NULL;
}

/* Reads "  NMI exiting      yes". */
static void vmxcap_control(struct bytes line, const struct name_section *section,
                           struct name_list *list)
{
	struct bytes rest, word;

	for (const struct name_bit *at = section->bits; at->label != NULL; at++) {
		if (!bytes_skip(line, at->label, &rest) || rest.size == 0 || rest.at[0] != ' ')
			continue;
		word = lines_trim(rest);
		for (unsigned i = 0; i < COUNT_OF(states); i++) {
			if (bytes_equal(word, states[i].word))
				name_caps_state(&list->caps, section->msr, at->bit,
				                states[i].may_be_0, states[i].may_be_1);
		}
	}
}

bool vmxcap_read(struct bytes text, struct name_list *list)
{
	const struct name_section *section = NULL, *next;
	struct bytes line, rest;
	uint64_t value;
	bool found = false;

	while (lines_take(&text, &line)) {
		line = lines_trim(line);
		next = section_of(line);
		if (next != NULL)
			section = next;
		if (section == NULL || next != NULL)
			continue;
		if (section->bits != NULL)
			vmxcap_control(line, section, list);
		else if (bytes_skip(line, "Hex: ", &rest) && number_read(rest, &value)) {
			name_caps_value(&list->caps, section->msr, value);
			found |= section->msr == name_sections[0].msr && value != 0;
		}
	}
	return found;
}
