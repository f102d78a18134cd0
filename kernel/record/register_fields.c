#include "kernel/record/register_fields.h"

#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/vmx_numbers.h"
#include "kernel/lib/count.h"
#include "kernel/record/caps.h"

struct named_bits {
	uint32_t msr;
	uint8_t low;
	uint8_t bits; /* more than one: a number */
	const char *name;
};

/* What caps_table does not name. Reserved bits have no row. */
static const struct named_bits numbers[] = {
	{FIELDS_SIGNATURE, 0, 4, "stepping"},
	{FIELDS_SIGNATURE, 4, 4, "model"},
	{FIELDS_SIGNATURE, 8, 4, "family"},
	{FIELDS_SIGNATURE, 16, 4, "extended model"},
	{FIELDS_SIGNATURE, 20, 8, "extended family"},
	{FIELDS_CORE_TYPE, 0, 8, "core type"},
	{FIELDS_ADDRESS_BITS, 0, 8, "physical-address width"},
	{IA32_BIOS_SIGN_ID, 32, 32, "revision"},
	{IA32_FEATURE_CONTROL, 0, 1, "lock"},
	{IA32_FEATURE_CONTROL, 1, 1, "VMX in SMX"},
	{IA32_FEATURE_CONTROL, 2, 1, "VMX outside SMX"},
	{IA32_FEATURE_CONTROL, 8, 7, "SENTER functions"},
	{IA32_FEATURE_CONTROL, 15, 1, "SENTER"},
	{IA32_FEATURE_CONTROL, 17, 1, "SGX launch control"},
	{IA32_FEATURE_CONTROL, 18, 1, "SGX"},
	{IA32_FEATURE_CONTROL, 20, 1, "LMCE"},
	{IA32_VMX_BASIC, 0, 31, "revision identifier"},
	{IA32_VMX_BASIC, 32, 13, "region size"},
	{IA32_VMX_BASIC, 48, 1, "32-bit addresses"},
	{IA32_VMX_BASIC, 50, 4, "memory type"},
	{IA32_VMX_MISC, 0, 5, "VMX-preemption timer's shift"},
	{IA32_VMX_MISC, 14, 1, "Intel PT in VMX operation"},
	{IA32_VMX_MISC, 15, 1, "RDMSR of IA32_SMBASE in SMM"},
	{IA32_VMX_MISC, 16, 9, "CR3-target values"},
	{IA32_VMX_MISC, 25, 3, "MSR-list size"},
	{IA32_VMX_MISC, 28, 1, "SMI unblocking by VMXOFF"},
	{IA32_VMX_MISC, 32, 32, "MSEG revision identifier"},
	{IA32_VMX_VMCS_ENUM, 1, 9, "highest index of a VMCS field"},
};

static const char *const cr0_names[32] = {
	[0] = "CR0.PE",  [1] = "CR0.MP",  [2] = "CR0.EM",  [3] = "CR0.TS",
	[4] = "CR0.ET",  [5] = "CR0.NE",  [16] = "CR0.WP", [18] = "CR0.AM",
	[29] = "CR0.NW", [30] = "CR0.CD", [31] = "CR0.PG",
};

static const char *const cr4_names[33] = {
	[0] = "CR4.VME",         [1] = "CR4.PVI",      [2] = "CR4.TSD",      [3] = "CR4.DE",
	[4] = "CR4.PSE",         [5] = "CR4.PAE",      [6] = "CR4.MCE",      [7] = "CR4.PGE",
	[8] = "CR4.PCE",         [9] = "CR4.OSFXSR",   [11] = "CR4.UMIP",    [12] = "CR4.LA57",
	[10] = "CR4.OSXMMEXCPT", [13] = "CR4.VMXE",    [14] = "CR4.SMXE",    [16] = "CR4.FSGSBASE",
	[17] = "CR4.PCIDE",      [18] = "CR4.OSXSAVE", [19] = "CR4.KL",      [20] = "CR4.SMEP",
	[21] = "CR4.SMAP",       [22] = "CR4.PKE",     [23] = "CR4.CET",     [24] = "CR4.PKS",
	[25] = "CR4.UINTR",      [27] = "CR4.LASS",    [28] = "CR4.LAM_SUP", [32] = "CR4.FRED",
};

static bool find_number(uint32_t msr, unsigned bit, struct register_field *field)
{
	for (unsigned i = 0; i < COUNT_OF(numbers); i++) {
		const struct named_bits *row = &numbers[i];

		if (row->msr != msr || bit < row->low || bit >= row->low + row->bits)
			continue;
		field->name = row->name;
		field->mask = (BIT(row->bits) - 1) << row->low;
		field->kind = row->bits > 1 ? FIELD_NUMBER : FIELD_PRESENT;
		return true;
	}
	return false;
}

/* A bit of FIXED0 is 1 where VMX operation requires it, a bit of FIXED1 where it allows it. */
static bool find_fixed(uint32_t msr, unsigned bit, struct register_field *field)
{
	bool fixed0 = msr == IA32_VMX_CR0_FIXED0 || msr == IA32_VMX_CR4_FIXED0;

	if (msr == IA32_VMX_CR0_FIXED0 || msr == IA32_VMX_CR0_FIXED1)
		field->name = bit < COUNT_OF(cr0_names) ? cr0_names[bit] : NULL;
	else if (msr == IA32_VMX_CR4_FIXED0 || msr == IA32_VMX_CR4_FIXED1)
		field->name = bit < COUNT_OF(cr4_names) ? cr4_names[bit] : NULL;
	else
		return false;
	field->kind = fixed0 ? FIELD_REQUIRED : FIELD_PRESENT;
	return true;
}

/* In the high half a 1 allows the control, in the low half it requires it. */
static void find_control(uint32_t msr, unsigned bit, struct register_field *field)
{
	bool required;

	if (msr >= IA32_VMX_TRUE_PINBASED_CTLS && msr <= IA32_VMX_TRUE_ENTRY_CTLS)
		msr -= IA32_VMX_TRUE_PINBASED_CTLS - IA32_VMX_PINBASED_CTLS;
	required = caps_has_controls(msr) && bit < VMX_ALLOWED1_SHIFT;
	if (caps_has_controls(msr) && !required)
		bit -= VMX_ALLOWED1_SHIFT;
	field->kind = required ? FIELD_REQUIRED : FIELD_PRESENT;
	for (size_t i = 0; i < caps_count; i++) {
		const struct caps_entry *entry = &caps_table[i];

		if (entry->msr != msr || entry->bit != bit || (entry->inverted && !required))
			continue;
		field->name = entry->name;
		if (entry->inverted)
			field->kind = FIELD_ABSENT;
		return;
	}
}

struct register_field register_field_at(uint32_t msr, unsigned bit)
{
	struct register_field field = {.mask = BIT(bit), .kind = FIELD_PRESENT};

	if (!find_number(msr, bit, &field) && !find_fixed(msr, bit, &field))
		find_control(msr, bit, &field);
	return field;
}
