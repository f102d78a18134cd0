#include "kernel/record/caps.h"

#include "arch/x86_64/vmx/vmx_numbers.h"
#include "kernel/record/record.h"
#include "kernel/lib/string.h"

bool caps_has_controls(uint32_t msr)
{
	return (msr >= IA32_VMX_PINBASED_CTLS && msr <= IA32_VMX_ENTRY_CTLS) ||
	       msr == IA32_VMX_PROCBASED_CTLS2;
}

/*
 * Returns the value of an MSR. If the CPU has TRUE MSRs, and they were read, returns theirs for
 * controls: the plain MSRs report the default1 controls as 1 even where the CPU lets software clear
 * them. SDM vol. 3D A.2 "Reserved Controls and Default Settings"
 */
static uint64_t caps_value_of(uint32_t msr, const struct vmx_evidence *evidence)
{
	const struct msr_reading *reading = &evidence->msr[msr - VMX_MSR_FIRST];

	if (msr >= IA32_VMX_PINBASED_CTLS && msr <= IA32_VMX_ENTRY_CTLS &&
	    evidence->basic.true_controls) {
		const struct msr_reading *precise =
			reading + IA32_VMX_TRUE_PINBASED_CTLS - IA32_VMX_PINBASED_CTLS;

		if (precise->state == MSR_READ)
			return precise->value;
	}
	return reading->value;
}

/*
 * A capability MSR of controls has two halves: a 1 in the low half says that the control must be 1,
 * a 0 in the high half that it must be 0. SDM vol. 3D A.3 "VM-Execution Controls"
 */
enum caps_state caps_state(const struct caps_entry *entry, const struct vmx_evidence *evidence)
{
	uint64_t value = caps_value_of(entry->msr, evidence);

	if (!caps_is_known(entry, evidence))
		return CAPS_UNKNOWN;
	if (!caps_has_controls(entry->msr))
		return value >> entry->bit & 1 ? CAPS_YES : CAPS_NO;
	if (!(value >> VMX_ALLOWED1_SHIFT >> entry->bit & 1))
		return CAPS_MUST_BE_0;
	return value >> entry->bit & 1 ? CAPS_MUST_BE_1 : CAPS_OPTIONAL;
}

/*
 * An inverted name, such as vmx-cr3-load-noexit, says that the control may be 0. An MSR that does
 * not exist reads as 0 here, and its controls then look like "must be 0", which is no capability.
 */
bool caps_has(const struct caps_entry *entry, const struct vmx_evidence *evidence)
{
	switch (caps_state(entry, evidence)) {
	case CAPS_MUST_BE_0:
		return entry->inverted && caps_value_of(entry->msr, evidence) != 0;
	case CAPS_MUST_BE_1:
		return !entry->inverted;
	case CAPS_NO:
	case CAPS_UNKNOWN:
		return false;
	default:
		return true;
	}
}

/* Only the TRUE MSR says whether a default1 control may be 0. */
bool caps_is_known(const struct caps_entry *entry, const struct vmx_evidence *evidence)
{
	unsigned index = entry->msr - VMX_MSR_FIRST;

	if (entry->inverted && entry->msr >= IA32_VMX_PINBASED_CTLS &&
	    entry->msr <= IA32_VMX_ENTRY_CTLS &&
	    evidence->unread >> (index + IA32_VMX_TRUE_PINBASED_CTLS - IA32_VMX_PINBASED_CTLS) & 1)
		return false;
	return !(evidence->unread >> index & 1);
}

const struct caps_entry *caps_find(const char *name)
{
	for (size_t i = 0; i < caps_count; i++) {
		if (strcmp(caps_table[i].name, name) == 0)
			return &caps_table[i];
	}
	return NULL;
}

/* The bits of an MSR that form numbers, which are printed as such. */
static uint64_t numbers_in(uint32_t msr)
{
	switch (msr) {
	case IA32_VMX_BASIC:
		return VMX_BASIC_REVISION | VMX_BASIC_ADDRESSES_32BIT |
		       (uint64_t)VMX_BASIC_REGION_SIZE << VMX_BASIC_REGION_SIZE_SHIFT |
		       (uint64_t)VMX_BASIC_MEMORY_TYPE << VMX_BASIC_MEMORY_TYPE_SHIFT;
	case IA32_VMX_MISC:
		return VMX_MISC_TIMER_RATE | VMX_MISC_CR3_TARGETS << VMX_MISC_CR3_TARGETS_SHIFT |
		       VMX_MISC_MSR_LIST << VMX_MISC_MSR_LIST_SHIFT |
		       UINT64_MAX << VMX_MISC_MSEG_REVISION_SHIFT;
	case IA32_VMX_EPT_VPID_CAP:
		return (uint64_t)EPT_VPID_HLAT_PREFIX << EPT_VPID_HLAT_PREFIX_SHIFT;
	default:
		return 0;
	}
}

uint32_t caps_default1(uint32_t msr)
{
	switch (msr) {
	case IA32_VMX_PINBASED_CTLS:
		return PIN_DEFAULT1;
	case IA32_VMX_PROCBASED_CTLS:
		return PRIMARY_DEFAULT1;
	case IA32_VMX_EXIT_CTLS:
		return EXIT_DEFAULT1;
	case IA32_VMX_ENTRY_CTLS:
		return ENTRY_DEFAULT1;
	default:
		return 0;
	}
}

/* What has no entry in the table holds no capabilities, such as the fixed bits of CR0. */
static uint64_t unknown_bits(uint32_t msr, const struct vmx_evidence *evidence)
{
	uint64_t value = caps_value_of(msr, evidence);
	uint64_t unknown = value & ~numbers_in(msr);
	bool has_capabilities = false;

	if (caps_has_controls(msr))
		unknown = value >> VMX_ALLOWED1_SHIFT & ~(value & caps_default1(msr));
	for (size_t i = 0; i < caps_count; i++) {
		if (caps_table[i].msr == msr) {
			unknown &= ~BIT(caps_table[i].bit);
			has_capabilities = true;
		}
	}
	return has_capabilities ? unknown : 0;
}

bool caps_next_unknown(struct caps_bit *at, const struct vmx_evidence *evidence)
{
	bool first = at->msr == 0;
	uint64_t after = first || at->bit == 63 ? 0 : UINT64_MAX << (at->bit + 1);

	for (uint32_t msr = first ? VMX_MSR_FIRST : at->msr; msr < VMX_MSR_FIRST + VMX_MSR_COUNT;
	     msr++) {
		uint64_t unknown = unknown_bits(msr, evidence);

		if (msr == at->msr)
			unknown &= after;
		if (unknown != 0) {
			*at = (struct caps_bit){msr, (unsigned)__builtin_ctzll(unknown)};
			return true;
		}
	}
	return false;
}

bool caps_has_bit(struct caps_bit bit, const struct vmx_evidence *evidence)
{
	struct caps_entry entry = {.msr = (uint16_t)bit.msr, .bit = (uint8_t)bit.bit};

	return caps_has(&entry, evidence);
}

const char *caps_name(struct caps_bit bit)
{
	for (size_t i = 0; i < caps_count; i++) {
		if (caps_table[i].msr == bit.msr && caps_table[i].bit == bit.bit)
			return caps_table[i].name;
	}
	return "an unnamed bit";
}

bool caps_has_named(const char *name, const struct vmx_evidence *evidence)
{
	const struct caps_entry *entry = caps_find(name);

	return entry != NULL && caps_has(entry, evidence);
}

const char *caps_control_name(uint32_t msr, uint32_t controls)
{
	for (size_t i = 0; i < caps_count; i++) {
		if (caps_table[i].msr == msr && controls >> caps_table[i].bit & 1)
			return caps_table[i].name;
	}
	return "an unnamed control";
}
