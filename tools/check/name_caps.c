#include "tools/check/name_caps.h"

#include "kernel/lib/string.h"
#include "kernel/record/caps.h"

static void set_bit(uint64_t words[CAPS_WORDS], size_t index)
{
	if (index < CAPS_WORDS * 64)
		words[index / 64] |= 1ull << index % 64;
}

static bool get_bit(const uint64_t words[CAPS_WORDS], size_t index)
{
	return index < CAPS_WORDS * 64 && words[index / 64] >> index % 64 & 1;
}

/* Returns caps_count if there is no such capability. */
static size_t name_caps_index(const char *name)
{
	size_t index = 0;

	while (index < caps_count && strcmp(caps_table[index].name, name) != 0)
		index++;
	return index;
}

void name_caps_add(struct name_caps *caps, const char *name)
{
	size_t index = name_caps_index(name);

	if (index < caps_count)
		set_bit(caps->has, index);
}

void name_caps_state(struct name_caps *caps, uint32_t msr, unsigned bit, bool may_be_0,
                     bool may_be_1)
{
	for (size_t i = 0; i < caps_count; i++) {
		const struct caps_entry *entry = &caps_table[i];

		if (entry->msr != msr || entry->bit != bit)
			continue;
		set_bit((entry->inverted ? may_be_0 : may_be_1) ? caps->has : caps->lacks, i);
	}
}

void name_caps_value(struct name_caps *caps, uint32_t msr, uint64_t value)
{
	for (unsigned bit = 0; bit < 64; bit++)
		name_caps_state(caps, msr, bit, true, value >> bit & 1);
}

enum name_answer name_caps_has(const struct name_caps *caps, const char *name)
{
	size_t index = name_caps_index(name);

	if (get_bit(caps->has, index))
		return NAME_YES;
	return get_bit(caps->lacks, index) ? NAME_NO : NAME_UNSEEN;
}
