#include "tools/check/name_flags.h"

#include "kernel/lib/count.h"

static bool separates(uint8_t c)
{
	return c == ' ' || c == ',' || c == '<' || c == '>' || c == '(' || c == ')';
}

bool name_has_word(struct bytes words, const char *word)
{
	struct bytes part;

	for (size_t i = 0, start = 0; i <= words.size; i++) {
		if (i < words.size && !separates(words.at[i]))
			continue;
		bytes_slice(words, start, i - start, &part);
		start = i + 1;
		if (bytes_equal(part, word))
			return true;
	}
	return false;
}

void name_flags_read(struct bytes flags, struct name_list *list, struct vmx_evidence *evidence)
{
	bool vmx = name_has_word(flags, "vmx") || name_has_word(flags, "VMX");

	evidence->hypervisor |= name_has_word(flags, "hypervisor") || name_has_word(flags, "HV");
	if (vmx || list->listed == NAME_UNSEEN)
		list->listed = vmx ? NAME_YES : NAME_NO;
	if (name_has_word(flags, "lm") || name_has_word(flags, "x86-64"))
		list->long_mode = LONG_MODE_YES;
}

/* A sentence about vmx has none of the flags that stand near it in a list. */
void name_flags_go_on(struct bytes line, struct name_list *list, struct vmx_evidence *evidence)
{
	static const char *const near_vmx[] = {"pni", "dtes64", "monitor", "ds_cpl",
	                                       "est", "ssse3",  "cx16",    "sse4_1"};

	if (list->listed != NAME_NO || list->raw || !name_has_word(line, "vmx"))
		return;
	for (unsigned i = 0; i < COUNT_OF(near_vmx); i++) {
		if (name_has_word(line, near_vmx[i]))
			name_flags_read(line, list, evidence);
	}
}
